-- migrate:up

-- Written by scripts/gen-migration: what the sources in db/ say anew.

-- Bodies may name functions that come later.
set local check_function_bodies = off;

drop policy select_own on core.assignments;
drop policy select_own_court on core.case_number_series;
drop policy select_own_court on core.case_participants;
drop policy select_own_court on core.cases;
drop policy insert_own_court on core.cases;
drop policy update_own_court on core.cases;
drop policy select_own on core.documents;
drop policy update_own_upload on core.documents;
drop function auth.become(text, text, text, text, uuid, text);
drop function auth.get_session(bytea);
revoke execute on function auth.find_session(bytea) from casefile_api;

-- db/schemas.sql
comment on schema auth is 'Who may sign in, sessions, and how the server becomes a caller.';
grant usage on schema auth to casefile_registrar;

-- db/types/api.membership.sql
create type api.membership as (id uuid, user_role text, court_assignment text, organisation_id text);
comment on type api.membership is 'What somebody may be here. court_assignment is the court''s name.';

-- db/types/api.session.sql
create type api.session as (caller api.caller, expires_at timestamptz, memberships api.membership[]);
comment on type api.session is 'Whose session it is, until when, and what else its user may be.';

-- db/types/auth.directory_difference.sql
create type auth.directory_difference as (line integer, action text, user_id text, detail text);
comment on type auth.directory_difference is 'What a line of a file changes in the directory.';

-- db/types/auth.directory_entry.sql
create type auth.directory_entry as (
  user_id text, issuer text, subject text, name text, enabled boolean,
  membership_id uuid, user_role text, court text, organisation_id text
);
comment on type auth.directory_entry is 'A user with one of its memberships; court is the court''s name.';

-- db/types/auth.sign_in.sql
create type auth.sign_in as (
  caller api.caller, redirect_url text, refusal_code text, refusal_message text, memberships api.membership[]
);
comment on type auth.sign_in is 'The session that was opened, or why none was: a refusal is no error, so that its record is kept.';

-- db/tables/auth.claim_rules.sql
create table auth.claim_rules (
  id uuid primary key,
  issuer text not null
    constraint claim_rules_issuer_within_limit check (char_length(issuer) <= 255)
    constraint claim_rules_issuer_trimmed check (issuer <> '' and issuer = btrim(issuer)),
  claim_path text[] not null constraint claim_rules_claim_path_not_empty check (cardinality(claim_path) > 0),
  value text not null,
  user_role core.user_role not null,
  court_code text references core.courts (code),
  court_claim text[],
  organisation_id text
    constraint claim_rules_organisation_id_within_limit check (char_length(organisation_id) <= 100)
    constraint claim_rules_organisation_id_trimmed check (organisation_id <> '' and organisation_id = btrim(organisation_id)),
  organisation_claim text[],
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  constraint claim_rules_court_comes_from_one_place check (court_code is null or court_claim is null),
  constraint claim_rules_organisation_comes_from_one_place check (organisation_id is null or organisation_claim is null),
  constraint claim_rules_officer_has_court
    check (user_role <> 'HMCTS_CASE_OFFICER' or court_code is not null or court_claim is not null),
  constraint claim_rules_agency_worker_has_organisation
    check (user_role <> 'VAA_WORKER' or organisation_id is not null or organisation_claim is not null),
  constraint claim_rules_organisation_is_of_its_workers
    check (organisation_id is null and organisation_claim is null or user_role in ('LA_SOCIAL_WORKER', 'VAA_WORKER')),
  constraint claim_rules_ended_at_after_created_at check (ended_at >= created_at)
);

comment on table auth.claim_rules is
'Whoever signs in with the value at the path of its claims (a string, or an array with that string in it) has this membership, as long
as that session lasts. Ending a rule keeps the row.';
comment on column auth.claim_rules.court_claim is 'The path of the claim that names the court, by its name or code.';
comment on column auth.claim_rules.organisation_claim is 'The path of the claim that is the organisation''s id.';
create index claim_rules_court_code_idx on auth.claim_rules (court_code);

-- db/tables/auth.database_kind.sql
create table auth.database_kind (
  kind text primary key constraint database_kind_known check (kind in ('LOCAL', 'TEST', 'DEV', 'PROD')),
  marked_at timestamptz not null default now()
);
comment on table auth.database_kind is 'What this database is for, marked once, when it is made. Append-only; one row at most.';
create unique index database_kind_one_row_key on auth.database_kind ((true));

-- db/tables/auth.directory_changes.sql
create table auth.directory_changes (
  id bigint generated always as identity primary key,
  occurred_at timestamptz not null default clock_timestamp(),
  actor text not null,
  entity text not null constraint directory_changes_entity_known check (entity in ('user', 'membership', 'claim rule')),
  entity_id text not null,
  before jsonb,
  after jsonb not null
);
comment on table auth.directory_changes is 'Each change of the directory, written by a trigger. Append-only.';
comment on column auth.directory_changes.actor is 'The database login.';
comment on column auth.directory_changes.before is 'The row as it was; null for a new one.';

-- db/tables/auth.users.sql
create table auth.users (
  user_id text primary key
    constraint users_user_id_within_limit check (char_length(user_id) <= 100)
    constraint users_user_id_trimmed check (user_id <> '' and user_id = btrim(user_id)),
  issuer text not null
    constraint users_issuer_within_limit check (char_length(issuer) <= 255)
    constraint users_issuer_trimmed check (issuer <> '' and issuer = btrim(issuer)),
  subject text not null
    constraint users_subject_within_limit check (char_length(subject) <= 255)
    constraint users_subject_trimmed check (subject <> '' and subject = btrim(subject)),
  name text not null
    constraint users_name_within_limit check (char_length(name) <= 100)
    constraint users_name_trimmed check (name <> '' and name = btrim(name)),
  enabled boolean not null default true,
  created_at timestamptz not null default now(),
  tokens_valid_from timestamptz,
  constraint users_issuer_subject_key unique (issuer, subject)
);

comment on table auth.users is
'Who may sign in. The provider says who somebody is (issuer and subject), this row which user that is here. Never removed: disabled.';
comment on column auth.users.user_id is 'As cases, assignments and the audit name it.';
comment on column auth.users.name is 'To show.';

comment on column auth.users.tokens_valid_from is
'When all sessions of the user were ended; a token that was made out before opens none. Null: all do.';

-- db/tables/auth.memberships.sql
create table auth.memberships (
  id uuid primary key,
  user_id text not null references auth.users (user_id),
  user_role core.user_role not null,
  court_code text references core.courts (code),
  organisation_id text
    constraint memberships_organisation_id_within_limit check (char_length(organisation_id) <= 100)
    constraint memberships_organisation_id_trimmed check (organisation_id <> '' and organisation_id = btrim(organisation_id)),
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  constraint memberships_officer_has_court check (user_role <> 'HMCTS_CASE_OFFICER' or court_code is not null),
  constraint memberships_agency_worker_has_organisation check (user_role <> 'VAA_WORKER' or organisation_id is not null),
  constraint memberships_organisation_is_of_its_workers
    check (organisation_id is null or user_role in ('LA_SOCIAL_WORKER', 'VAA_WORKER')),
  constraint memberships_ended_at_after_created_at check (ended_at >= created_at)
);
comment on table auth.memberships is 'What somebody is here: a role, with the court or organisation that goes with it. Ending one keeps the row.';

create unique index memberships_active_key
  on auth.memberships (user_id, user_role, coalesce(court_code, ''), coalesce(organisation_id, ''))
  where ended_at is null;
create index memberships_user_id_idx on auth.memberships (user_id);
create index memberships_court_code_idx on auth.memberships (court_code);

-- db/tables/auth.secrets.sql
comment on table auth.secrets is
'What nobody but the owner may know. claims_prefix: what the names of the settings begin with that hold a caller''s claims.';

-- db/tables/auth.sessions.sql
comment on table auth.sessions is 'Who is signed in: by a cookie, or by a bearer token that has been verified.';
comment on column auth.sessions.token_sha256 is 'The token itself is with the client alone.';
comment on column auth.sessions.user_role is 'Null until somebody with several memberships has chosen one.';

comment on column auth.sessions.expires_at is
'30 minutes after the last use, moved at most once a minute, and never beyond ends_at; that of a bearer stands still.';
comment on column auth.sessions.membership_id is 'The membership, or the claim rule, that it was opened by.';
comment on column auth.sessions.claimed is 'The memberships that claim rules gave when it was opened, for auth.list_memberships.';
comment on column auth.sessions.provider_session is 'The claim sid.';
comment on column auth.sessions.ends_at is 'However much it is used: 12 hours after it was opened; for a bearer, when the token ends.';

-- db/tables/auth.sign_ins.sql
create table auth.sign_ins (
  id bigint generated always as identity primary key,
  occurred_at timestamptz not null default clock_timestamp(),
  issuer text,
  subject text,
  user_id text,
  user_role core.user_role,
  kind text not null constraint sign_ins_kind_known check (kind in ('mock', 'cookie', 'bearer')),
  outcome text not null constraint sign_ins_outcome_known check (outcome ~ '^(OPENED|JC[A-Z0-9]{3})$'),
  client_address text,
  request_id uuid
);

comment on table auth.sign_ins is
'Each session that was opened, and each that was refused: whose claims, and for whom. Never a token. The same refusal is one row a
minute. Append-only.';
comment on column auth.sign_ins.user_id is 'Null for somebody whom the directory does not know.';
comment on column auth.sign_ins.outcome is 'OPENED, or the code of the refusal.';
create index sign_ins_user_id_occurred_at_idx on auth.sign_ins (user_id, occurred_at);

-- For auth.record_sign_in, which looks for the same refusal.
create index sign_ins_refused_idx on auth.sign_ins (coalesce(subject, ''), coalesce(issuer, ''), occurred_at)
  where outcome <> 'OPENED';

-- db/functions/core/actor.sql
-- Who is at work
create or replace function core.actor()
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_user_id text;
begin
  if core.caller_role() is null then
    return case when current_setting('role') = 'document_processor' then 'document_processor' else session_user end;
  end if;

  v_user_id := nullif(core.claim('user_id'), '');
  if v_user_id is null then
    raise exception using errcode = 'JCSES', message = 'Authentication required';
  end if;

  return v_user_id;
end;
$$;

comment on function core.actor() is
'The caller''s user id; document_processor for the worker; the database login for work done past the server.
Errors: JCSES a caller role without a session.';

-- db/functions/core/caller.sql
-- Who is calling, as an answer shows it
create or replace function core.caller()
returns api.caller
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_actor text := core.actor();
begin
  return row(
    v_actor,
    v_actor,
    core.caller_role()::text,
    (select c.name from core.courts as c where c.code = core.claim('court_code')),
    nullif(core.claim('organisation_id'), '')
  )::api.caller;
end;
$$;
comment on function core.caller() is 'The caller that auth.resume has set.';

-- db/functions/core/claim.sql
-- What the session says of the caller at work
create or replace function core.claim(p_name text)
returns text
language plpgsql
stable
security definer
-- No search path of its own, which would cost more than the rest: policies call this six times for one case. All names are
-- qualified instead, operators too.
as $$
begin
  return pg_catalog.current_setting(
    auth.claims_prefix() operator(pg_catalog.||) p_name operator(pg_catalog.||) '_' operator(pg_catalog.||)
      pg_catalog.current_setting('role'),
    true
  );
end;
$$;

comment on function core.claim(text) is
'user_id, court_code or organisation_id of the session that this transaction has resumed in the role at work; empty or null for one that
it has not, and for no session. For policies, in a scalar sub-select. Definer: what auth.claim_session has set has a name that only the
owner knows, so that nobody becomes a caller by setting it.';
revoke all on function core.claim(text) from public;
grant execute on function core.claim(text) to casefile_caller;

-- db/functions/core/reached_case_ids.sql
-- The cases that a caller reaches by name
create or replace function core.reached_case_ids()
returns uuid[]
language plpgsql
stable
security definer
set search_path = ''
-- Or it would be planned anew for each call: the claims look as if they made a difference.
set plan_cache_mode = force_generic_plan
-- And the plan is kept, even if it was made while there were few memberships.
set enable_seqscan = off
as $$
declare
  v_role text := current_setting('role');
  v_assignment_type core.assignment_type := case v_role
    when 'judge_legal_adviser' then 'JUDICIAL'
    when 'cafcass_officer' then 'CAFCASS'
    when 'la_social_worker' then 'SOCIAL_WORKER'
    when 'adopter' then 'APPLICANT'
  end;
  v_organisation_type core.organisation_type := case v_role
    when 'la_social_worker' then 'LOCAL_AUTHORITY'
    when 'vaa_worker' then 'VOLUNTARY_AGENCY'
  end;
  -- Asked once, and not for each query.
  v_claim text;
  v_case_ids uuid[] := '{}';
begin
  -- Each kind of membership by itself, and only if the role has it: this runs once for each table that a
  -- statement reads.
  if v_assignment_type is not null then
    v_claim := core.claim('user_id');
    v_case_ids := array(
      select a.case_id
      from core.assignments as a
      where a.user_id = v_claim
        and a.revoked_at is null
        and a.assignment_type = v_assignment_type
        and not exists (select from core.cases as c where c.id = a.case_id and c.deleted_at is not null)
    );
  end if;

  if v_organisation_type is not null then
    v_claim := core.claim('organisation_id');
    v_case_ids := v_case_ids || array(
      select l.case_id
      from core.organisation_links as l
      where l.organisation_id = v_claim
        and l.unlinked_at is null
        and l.organisation_type = v_organisation_type
        and not exists (select from core.cases as c where c.id = l.case_id and c.deleted_at is not null)
    );
  end if;

  return v_case_ids;
end;
$$;

-- db/functions/audit/explain_refusal.sql
-- Why an operation was refused, and a record of it
create or replace function audit.explain_refusal(p_operation text, p_subject_id uuid)
returns audit.refusal
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_role core.user_role := core.caller_role();
  -- Before anything is told.
  v_actor text := core.actor();
  v_required_roles text[] := array(
    select r.user_role::text
    from unnest(enum_range(null::core.user_role)) as r (user_role)
    join pg_catalog.pg_proc as p on p.pronamespace = 'api'::regnamespace and p.proname = p_operation
    where has_function_privilege(lower(r.user_role::text), p.oid, 'execute')
    order by r.user_role
  );
  v_is_of_role boolean := v_role::text = any (v_required_roles);
  v_is_about_document boolean := p_operation ~ '^(get|download|delete)_document$';
  v_case_id uuid := (
    select c.id
    from core.cases as c
    where c.deleted_at is null
      and c.id in (
        select p_subject_id where not v_is_about_document
        union all
        select d.case_id
        from core.documents as d
        where d.id = p_subject_id and d.deleted_at is null and v_is_about_document
      )
  );
begin
  if v_required_roles = '{}' then
    perform core.refuse_field('operation', 'Unknown operation');
  end if;

  -- Some operations tell anybody that there is no such case, the others only those whose role they are for.
  if p_subject_id is not null and v_case_id is null
    and (v_is_of_role or p_operation in ('change_case_status', 'list_case_audit', 'revoke_assignment', 'delete_document'))
  then
    return row(
      'NOT_FOUND', case when v_is_about_document then 'Document' else 'Case' end || ' not found', null
    )::audit.refusal;
  end if;

  insert into audit.refusals (case_id, operation, user_id, user_role, reason, request_id, client_address)
  values (
    v_case_id,
    p_operation,
    v_actor,
    coalesce(v_role::text, 'DATABASE'),
    case when v_is_of_role then 'REACH' else 'ROLE' end,
    nullif(current_setting('casefile.request_id', true), '')::uuid,
    nullif(current_setting('casefile.client_address', true), '')
  );

  if v_is_of_role then
    return row('FORBIDDEN', 'Access denied', null)::audit.refusal;
  end if;

  return row(
    'FORBIDDEN',
    case p_operation when 'get_admin_only' then 'Insufficient permissions' else 'Permission denied' end,
    jsonb_build_object('requiredRoles', v_required_roles, 'userRole', v_role)
  )::audit.refusal;
end;
$$;

comment on function audit.explain_refusal(text, uuid) is
'After an operation found no case or document within reach, or was not the caller''s at all: tells whether there is one, and
records the denied access. Runs in a transaction of its own, which the refusal does not undo.
Errors: JCVAL no such operation; JCSES a caller role without a session.';

-- db/functions/audit/tg_refuse_change.sql
create trigger tg_directory_changes__refuse_change
before update or delete or truncate on auth.directory_changes
for each statement execute function audit.tg_refuse_change();
alter table auth.directory_changes enable always trigger tg_directory_changes__refuse_change;

create trigger tg_sign_ins__refuse_change
before update or delete or truncate on auth.sign_ins
for each statement execute function audit.tg_refuse_change();
alter table auth.sign_ins enable always trigger tg_sign_ins__refuse_change;

create trigger tg_database_kind__refuse_change
before update or delete or truncate on auth.database_kind
for each statement execute function audit.tg_refuse_change();
alter table auth.database_kind enable always trigger tg_database_kind__refuse_change;

create trigger tg_users__refuse_removal
before delete or truncate on auth.users
for each statement execute function audit.tg_refuse_change();
alter table auth.users enable always trigger tg_users__refuse_removal;

create trigger tg_memberships__refuse_removal
before delete or truncate on auth.memberships
for each statement execute function audit.tg_refuse_change();
alter table auth.memberships enable always trigger tg_memberships__refuse_removal;

create trigger tg_claim_rules__refuse_removal
before delete or truncate on auth.claim_rules
for each statement execute function audit.tg_refuse_change();
alter table auth.claim_rules enable always trigger tg_claim_rules__refuse_removal;

-- db/functions/auth/add_claim_rule.sql
-- Turn claims into a membership
create or replace function auth.add_claim_rule(
  p_issuer text,
  p_claim_path text[],
  p_value text,
  p_role text,
  p_court text default null,
  p_court_claim text[] default null,
  p_organisation_id text default null,
  p_organisation_claim text[] default null
)
returns uuid
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_id uuid := core.new_id();
begin
  insert into auth.claim_rules
    (id, issuer, claim_path, value, user_role, court_code, court_claim, organisation_id, organisation_claim)
  values (
    v_id, core.trimmed(p_issuer), p_claim_path, p_value, auth.known_role(p_role), auth.known_court(p_court), p_court_claim,
    core.trimmed(p_organisation_id), p_organisation_claim
  );

  return v_id;
end;
$$;

comment on function auth.add_claim_rule(text, text[], text, text, text, text[], text, text[]) is
'Gives everybody with a value in its claims a membership. Court and organisation are fixed, or come from a claim. Its id.
Errors: JCVAL unknown role or court.';
revoke all on function auth.add_claim_rule(text, text[], text, text, text, text[], text, text[]) from public;
grant execute on function auth.add_claim_rule(text, text[], text, text, text, text[], text, text[]) to casefile_registrar;

-- db/functions/auth/add_membership.sql
-- Give somebody a membership
create or replace function auth.add_membership(p_user_id text, p_role text, p_court text, p_organisation_id text)
returns uuid
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_id uuid := core.new_id();
begin
  insert into auth.memberships (id, user_id, user_role, court_code, organisation_id)
  values (v_id, p_user_id, auth.known_role(p_role), auth.known_court(p_court), core.trimmed(p_organisation_id));

  return v_id;
end;
$$;

comment on function auth.add_membership(text, text, text, text) is
'Gives a user a membership; the court by its name or code. Its id.
Errors: JCVAL unknown role or court.';
revoke all on function auth.add_membership(text, text, text, text) from public;
grant execute on function auth.add_membership(text, text, text, text) to casefile_registrar;

-- db/functions/auth/add_user.sql
-- Add somebody to the directory
create or replace function auth.add_user(p_user_id text, p_issuer text, p_subject text, p_name text)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  insert into auth.users (user_id, issuer, subject, name)
  values (core.trimmed(p_user_id), core.trimmed(p_issuer), core.trimmed(p_subject), core.trimmed(p_name));
end;
$$;

comment on function auth.add_user(text, text, text, text) is
'Adds a user to the directory. Definer: registrars change it through functions alone.';
revoke all on function auth.add_user(text, text, text, text) from public;
grant execute on function auth.add_user(text, text, text, text) to casefile_registrar;

-- db/functions/auth/change_membership.sql
-- POST /api/auth/membership
create or replace function auth.change_membership(
  p_token_sha256 bytea,
  p_new_token_sha256 bytea,
  p_role text,
  p_court_assignment text,
  p_organisation_id text
)
returns auth.log_in
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_court text := auth.find_court(p_court_assignment);
  v_organisation text := core.trimmed(p_organisation_id);
  v_session auth.sessions := auth.find_session(p_token_sha256);
  v_fitting auth.memberships[];
begin
  -- The user, the rules, the session: who ends one of them waits for us, or we for it.
  perform from auth.users as u where u.user_id = v_session.user_id for no key update;
  perform
  from auth.claim_rules as r
  where r.id in (select c.id from jsonb_populate_recordset(null::auth.memberships, v_session.claimed) as c)
  order by r.id
  for share;
  delete from auth.sessions as s
  where s.token_sha256 = p_token_sha256 and s.expires_at > now()
  returning s.* into v_session;

  if v_session.token_sha256 is null then
    raise exception using errcode = 'JCSES', message = 'Authentication required';
  end if;

  v_fitting := array(
    select m
    from auth.list_memberships(v_session.user_id, v_session.claimed) as m
    where m.user_role = auth.known_role(p_role)
      and (core.trimmed(p_court_assignment) is null or m.court_code = v_court)
      and (v_organisation is null or m.organisation_id = v_organisation)
    order by m.court_code is not distinct from v_court and m.organisation_id is not distinct from v_organisation desc
  );

  if cardinality(v_fitting) = 0 then
    raise exception using errcode = 'JCNOM', message = auth.refusal_message('JCNOM');
  elsif cardinality(v_fitting) > 1
    and (v_fitting[1].court_code is distinct from v_court or v_fitting[1].organisation_id is distinct from v_organisation)
  then
    raise exception using errcode = 'JCMNY', message = auth.refusal_message('JCMNY');
  end if;

  v_session.token_sha256 := p_new_token_sha256;
  v_session.user_role := v_fitting[1].user_role;
  v_session.court_code := v_fitting[1].court_code;
  v_session.organisation_id := v_fitting[1].organisation_id;
  v_session.membership_id := v_fitting[1].id;
  v_session := auth.open_session(v_session, null, null);

  return row(auth.session_caller(v_session), auth.landing_page(null, v_session.user_role))::auth.log_in;
end;
$$;

comment on function auth.change_membership(bytea, bytea, text, text, text) is
'Opens a session in another membership of the same user, with the same end, and ends the one before. The court is named by its name or
code; what is not stated is not asked for, if that leaves one membership. Definer: the server may not write the table.
Errors: JCSES no session; JCVAL unknown role; JCNOM not a membership of this user; JCMNY several fit.';
revoke all on function auth.change_membership(bytea, bytea, text, text, text) from public;
grant execute on function auth.change_membership(bytea, bytea, text, text, text) to casefile_api;

-- db/functions/auth/change_user.sql
-- Change or disable somebody
create or replace function auth.change_user(p_user_id text, p_issuer text, p_subject text, p_name text, p_enabled boolean)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  update auth.users
  set
    issuer = coalesce(core.trimmed(p_issuer), issuer),
    subject = coalesce(core.trimmed(p_subject), subject),
    name = coalesce(core.trimmed(p_name), name),
    enabled = coalesce(p_enabled, enabled)
  where user_id = p_user_id;

  if not found then
    raise exception using errcode = 'JCNIL', message = 'No such user';
  end if;
end;
$$;

comment on function auth.change_user(text, text, text, text, boolean) is
'Changes what is stated of a user; null keeps. Whatever changes ends its sessions.
Errors: JCNIL no such user.';
revoke all on function auth.change_user(text, text, text, text, boolean) from public;
grant execute on function auth.change_user(text, text, text, text, boolean) to casefile_registrar;

-- db/functions/auth/claim_session.sql
-- Set the claims of a session's caller
create or replace function auth.claim_session(p_token_sha256 bytea)
returns auth.sessions
language plpgsql
volatile
security definer
set search_path = ''
-- Or a plan made while the table was empty would read all of it for each request, until the next analyze.
set enable_seqscan = off
as $$
declare
  v_session auth.sessions;
  v_role text;
  v_settings text;
begin
  -- As auth.find_session does it; calling that would be a tenth of what a request costs.
  select * into v_session
  from auth.sessions as s
  where s.token_sha256 = p_token_sha256;

  if v_session.token_sha256 is null or v_session.expires_at <= now() then
    raise exception using errcode = 'JCSES', message = 'Authentication required';
  end if;

  if v_session.user_role is null then
    raise exception using
      errcode = 'JCMNY',
      message = auth.refusal_message('JCMNY'),
      detail = auth.memberships_detail(v_session.user_id, v_session.claimed);
  end if;

  -- Under the name of the role, so that they are no other role's. An assignment, as this is not planned as a query, which an
  -- extension might log.
  v_role := lower(v_session.user_role::text);
  v_settings := set_config(auth.claims_prefix() || 'user_id_' || v_role, v_session.user_id, true)
    || set_config(auth.claims_prefix() || 'court_code_' || v_role, coalesce(v_session.court_code, ''), true)
    || set_config(auth.claims_prefix() || 'organisation_id_' || v_role, coalesce(v_session.organisation_id, ''), true);

  return v_session;
end;
$$;

comment on function auth.claim_session(bytea) is
'Sets what core.claim reads, until the end of the transaction; the session. Definer: the server may not read the table, nor know what
these settings are called.
Errors: JCSES no session, or an expired one; JCMNY no membership has been chosen; `memberships`.';
revoke all on function auth.claim_session(bytea) from public;
grant execute on function auth.claim_session(bytea) to casefile_api;

-- db/functions/auth/claims_prefix.sql
-- What the names of the settings begin with that hold a caller's claims
create or replace function auth.claims_prefix()
returns text
language plpgsql
-- The secret never changes. So a connection plans the one expression that calls this with the prefix in it, and reads no table
-- from then on.
immutable
security invoker
set search_path = ''
as $$
begin
  -- This is called while plans are made, that have it in them.
  if current_setting('debug_print_plan') <> 'off' then
    raise exception using errcode = 'JCSES', message = 'Nobody is a caller where plans are shown';
  end if;

  return (select 'casefile.k' || s.value || '_' from auth.secrets as s where s.name = 'claims_prefix');
end;
$$;

comment on function auth.claims_prefix() is
'A secret of this database: whoever knows it can be anybody. For auth.claim_session and core.claim alone.
Errors: JCSES a plan that has it in it would be shown.';
revoke all on function auth.claims_prefix() from public;

-- db/functions/auth/end_claim_rule.sql
-- End a rule that turns claims into a membership
create or replace function auth.end_claim_rule(p_id uuid)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  update auth.claim_rules set ended_at = now() where id = p_id and ended_at is null;

  if not found then
    raise exception using errcode = 'JCNIL', message = 'No such claim rule';
  end if;
end;
$$;

comment on function auth.end_claim_rule(uuid) is
'Ends a rule, and the sessions that it opened.
Errors: JCNIL no such active rule.';
revoke all on function auth.end_claim_rule(uuid) from public;
grant execute on function auth.end_claim_rule(uuid) to casefile_registrar;

-- db/functions/auth/end_membership.sql
-- End a membership
create or replace function auth.end_membership(p_membership_id uuid)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  update auth.memberships set ended_at = now() where id = p_membership_id and ended_at is null;

  if not found then
    raise exception using errcode = 'JCNIL', message = 'No such membership';
  end if;
end;
$$;

comment on function auth.end_membership(uuid) is
'Ends a membership, and its sessions with it.
Errors: JCNIL no such active membership.';
revoke all on function auth.end_membership(uuid) from public;
grant execute on function auth.end_membership(uuid) to casefile_registrar;

-- db/functions/auth/end_sessions.sql
-- End all sessions of somebody
create or replace function auth.end_sessions(p_user_id text)
returns integer
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_count integer;
begin
  -- A sign-in that holds the row is waited for, and its session counts, too.
  perform from auth.users as u where u.user_id = p_user_id for no key update;
  delete from auth.sessions where user_id = p_user_id;
  get diagnostics v_count = row_count;
  update auth.users set tokens_valid_from = clock_timestamp() where user_id = p_user_id;

  return v_count;
end;
$$;

comment on function auth.end_sessions(text) is
'Ends all sessions of a user; how many. Tokens that were made out until now open none anew. Somebody whom the directory does not know,
as the mock''s users, has sessions only.
Definer: a registrar may not write the tables.';
revoke all on function auth.end_sessions(text) from public;
grant execute on function auth.end_sessions(text) to casefile_registrar;

-- db/functions/auth/find_court.sql
-- The court that somebody names
create or replace function auth.find_court(p_court text)
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_court text := core.trimmed(p_court);
begin
  return (select c.code from core.courts as c where c.name = v_court or c.code = v_court order by c.name = v_court desc limit 1);
end;
$$;

comment on function auth.find_court(text) is
'The code of the court with that name or code; null when none is stated or there is no such court.';
revoke all on function auth.find_court(text) from public;

-- db/functions/auth/find_session.sql
-- The session of a token
create or replace function auth.find_session(p_token_sha256 bytea)
returns auth.sessions
language plpgsql
stable
security invoker
set search_path = ''
-- Or a plan made while the table was empty would read all of it for each request, until the next analyze.
set enable_seqscan = off
as $$
declare
  v_session auth.sessions;
begin
  select * into v_session
  from auth.sessions as s
  where s.token_sha256 = p_token_sha256;

  -- Not in the query, for the same reason: there is an index on this, too.
  if v_session.expires_at > now() then
    return v_session;
  end if;

  return null;
end;
$$;

comment on function auth.find_session(bytea) is
'The session, unless it has expired; null for none.';

-- db/functions/auth/find_user.sql
-- Who signs in
create or replace function auth.find_user(p_claims jsonb, p_adds_user boolean)
returns auth.users
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_issuer text := p_claims ->> 'iss';
  v_subject text := p_claims ->> 'sub';
  v_user auth.users;
begin
  if p_adds_user and v_subject = core.trimmed(v_subject) and char_length(v_subject) <= 100 then
    insert into auth.users (user_id, issuer, subject, name)
    values (
      v_subject, v_issuer, v_subject,
      left(coalesce(core.trimmed(p_claims ->> 'name'), core.trimmed(p_claims ->> 'preferred_username'), v_subject), 100)
    )
    on conflict do nothing;
  end if;

  select * into v_user
  from auth.users as u
  where u.issuer = v_issuer and u.subject = v_subject
  for no key update;

  return v_user;
end;
$$;

comment on function auth.find_user(jsonb, boolean) is
'The user with the issuer and subject of these claims; null for none. If it may be added, one that is not there is made, with the
subject as its id, unless somebody else has that id. Locks the row: disabling somebody waits for the sign-in and ends its
session, or the sign-in waits and is refused; and two sign-ins of one user take turns.';
revoke all on function auth.find_user(jsonb, boolean) from public;

-- db/functions/auth/get_session.sql
-- GET /api/auth/session
create or replace function auth.get_session(p_token_sha256 bytea)
returns api.session
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_session auth.sessions := auth.find_session(p_token_sha256);
begin
  if v_session.token_sha256 is null then
    return null;
  end if;

  if v_session.expires_at < least(now() + interval '29 minutes', v_session.ends_at) then
    perform auth.touch_session(p_token_sha256);
    v_session := auth.find_session(p_token_sha256);
  end if;

  return row(
    auth.session_caller(v_session), v_session.expires_at, auth.show_memberships(v_session.user_id, v_session.claimed)
  )::api.session;
end;
$$;

comment on function auth.get_session(bytea) is
'A session, with what its user may be; null when there is none. Definer: the server may not read the table.';
revoke all on function auth.get_session(bytea) from public;
grant execute on function auth.get_session(bytea) to casefile_api;

-- db/functions/auth/import_directory.sql
-- Take over a file of users and memberships
create or replace function auth.import_directory(p_rows jsonb, p_dry_run boolean)
returns setof auth.directory_difference
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_row jsonb;
  v_differences auth.directory_difference[] := '{}';
  v_is_dry boolean := false;
  v_message text;
  v_detail text;
  v_column text;
  v_constraint text;
begin
  begin
    for v_row in select r from jsonb_array_elements(p_rows) as r loop
      v_differences := v_differences || auth.import_user(v_row) || auth.import_membership(v_row);
    end loop;
    v_differences := v_differences || array(select d from auth.import_endings(p_rows) as d);

    -- Takes back what this block has done, but not what the variables hold.
    if p_dry_run then
      v_is_dry := true;
      raise exception using errcode = 'JCFIX', message = 'A dry run changes nothing';
    end if;
  exception
    when sqlstate 'JCFIX' then
      if not v_is_dry then
        raise;
      end if;
    when sqlstate 'JCVAL' or integrity_constraint_violation or data_exception then
      get stacked diagnostics
        v_message = message_text, v_detail = pg_exception_detail, v_column = column_name, v_constraint = constraint_name;
      raise exception using
        errcode = 'JCVAL',
        message = format('Line %s: %s', v_row ->> 'line', v_message),
        detail = jsonb_build_object(
          'line', (v_row ->> 'line')::integer, 'field', auth.import_field(sqlstate, v_detail, v_column, v_constraint)
        )::text;
  end;

  return query select d.* from unnest(v_differences) as d where d.action is not null;
end;
$$;

comment on function auth.import_directory(jsonb, boolean) is
'Brings the directory to what the rows of a file say, one for each membership of a user: line, userId, issuer, subject, name,
enabled, role, court, organisationId. For the users that it names the file is complete: other memberships of theirs end. Other
users stay as they are. Gives the differences; with a dry run, the same, and nothing changes.
Errors: JCVAL a row that is refused, with field and line.';
revoke all on function auth.import_directory(jsonb, boolean) from public;
grant execute on function auth.import_directory(jsonb, boolean) to casefile_registrar;

-- db/functions/auth/import_endings.sql
-- End what a file no longer says of its users
create or replace function auth.import_endings(p_rows jsonb)
returns setof auth.directory_difference
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  return query
  with listed as (
    select
      (r ->> 'line')::integer as line, core.trimmed(r ->> 'userId') as user_id, core.trimmed(r ->> 'role') as user_role,
      coalesce(auth.find_court(r ->> 'court'), '') as court_code, coalesce(core.trimmed(r ->> 'organisationId'), '') as organisation_id
    from jsonb_array_elements(p_rows) as r
  ),
  ended as (
    update auth.memberships as m
    set ended_at = now()
    from (select l.user_id, min(l.line) as line from listed as l group by l.user_id) as u
    where m.user_id = u.user_id and m.ended_at is null
      and (m.user_id, m.user_role::text, coalesce(m.court_code, ''), coalesce(m.organisation_id, '')) not in (
        select l.user_id, l.user_role, l.court_code, l.organisation_id from listed as l where l.user_role is not null
      )
    returning u.line, m.user_id, m.user_role, m.court_code, m.organisation_id
  )
  select e.line, 'end membership', e.user_id, concat_ws(', ', e.user_role, e.court_code, e.organisation_id)
  from ended as e
  order by e.line;
end;
$$;

comment on function auth.import_endings(jsonb) is
'Ends the memberships that the users of these rows have beyond them; what ended.';
revoke all on function auth.import_endings(jsonb) from public;

-- db/functions/auth/import_field.sql
-- Which field of a file is wrong
create or replace function auth.import_field(p_state text, p_detail text, p_column text, p_constraint text)
returns text
language sql
immutable
security invoker
set search_path = ''
as $$
  select case f.name when 'user_id' then 'userId' when 'organisation' then 'organisationId' when 'agency_worker' then 'organisationId'
    when 'officer' then 'court' else f.name
  end
  from (
    select case
      when p_state = 'JCVAL' then p_detail::jsonb ->> 'field'
      when p_state like '22%' then 'enabled'
      else coalesce(nullif(p_column, ''), substring(p_constraint from '_(user_id|issuer|subject|name|organisation|agency_worker|officer)'))
    end
  ) as f (name);
$$;

comment on function auth.import_field(text, text, text, text) is
'The field of a row that an error is about, as a file names it.';
revoke all on function auth.import_field(text, text, text, text) from public;

-- db/functions/auth/import_membership.sql
-- The membership of one row of a file
create or replace function auth.import_membership(p_row jsonb)
returns auth.directory_difference
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_user_id text := core.trimmed(p_row ->> 'userId');
  v_court text := auth.known_court(p_row ->> 'court');
  v_organisation text := core.trimmed(p_row ->> 'organisationId');
  v_role text := core.trimmed(p_row ->> 'role');
begin
  if v_role is null or exists (
    select from auth.memberships as m
    where m.user_id = v_user_id and m.ended_at is null and m.user_role = auth.known_role(v_role)
      and m.court_code is not distinct from v_court and m.organisation_id is not distinct from v_organisation
  ) then
    return null;
  end if;

  perform auth.add_membership(v_user_id, v_role, v_court, v_organisation);
  return row((p_row ->> 'line')::integer, 'add membership', v_user_id, concat_ws(', ', v_role, v_court, v_organisation))::auth.directory_difference;
end;
$$;

comment on function auth.import_membership(jsonb) is
'Adds the membership of a row, if its user does not have it; what differed, null for nothing.';
revoke all on function auth.import_membership(jsonb) from public;

-- db/functions/auth/import_user.sql
-- The user of one row of a file
create or replace function auth.import_user(p_row jsonb)
returns auth.directory_difference
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_user_id text := core.trimmed(p_row ->> 'userId');
  v_enabled boolean := core.trimmed(p_row ->> 'enabled')::boolean;
  v_before auth.users;
  v_after auth.users;
  v_difference auth.directory_difference;
begin
  select * into v_before from auth.users as u where u.user_id = v_user_id;
  if v_before.user_id is null then
    perform auth.add_user(v_user_id, p_row ->> 'issuer', p_row ->> 'subject', p_row ->> 'name');
  end if;

  perform auth.change_user(v_user_id, p_row ->> 'issuer', p_row ->> 'subject', p_row ->> 'name', v_enabled);
  select * into v_after from auth.users as u where u.user_id = v_user_id;

  if v_before.user_id is null then
    v_difference.action := 'add user';
    v_difference.detail := concat_ws(', ', v_after.name, case when not v_after.enabled then 'disabled' end);
  elsif v_after is distinct from v_before then
    v_difference.action := 'change user';
    v_difference.detail := (
      select string_agg(format('%s: %s', a.key, a.value), ', ' order by a.key)
      from jsonb_each_text(to_jsonb(v_after)) as a
      where a.value <> to_jsonb(v_before) ->> a.key
    );
  else
    return null;
  end if;

  v_difference.line := p_row ->> 'line';
  v_difference.user_id := v_user_id;
  return v_difference;
end;
$$;

comment on function auth.import_user(jsonb) is
'Adds or changes the user of a row; what differed, null for nothing. What a row leaves out stays as it is.';
revoke all on function auth.import_user(jsonb) from public;

-- db/functions/auth/is_issued_since.sql
-- Whether a token was made out since its user's sessions were ended
create or replace function auth.is_issued_since(p_claims jsonb, p_since timestamptz)
returns boolean
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  if p_since is null then
    return true;
  end if;

  if jsonb_typeof(p_claims -> 'iat') is distinct from 'number' then
    return false;
  end if;

  -- Up to the end of the year 9999, beyond which there need be no timestamp.
  return to_timestamp(least(greatest((p_claims ->> 'iat')::numeric, 0), 253402300799)::double precision) >= p_since;
end;
$$;

comment on function auth.is_issued_since(jsonb, timestamptz) is
'By the claim iat, which providers give in whole seconds: a token of the very second in which sessions were ended counts as older, and a
user that signs in again within it has to do so twice. The time is the provider''s: by how much its clock is ahead of ours, tokens from
before the end may pass. A token without iat is older; null ends none.';
revoke all on function auth.is_issued_since(jsonb, timestamptz) from public;

-- db/functions/auth/is_open_for.sql
-- Whether a token has its session already
create or replace function auth.is_open_for(p_token_sha256 bytea, p_user_id text, p_membership_id uuid)
returns boolean
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return exists (
    select from auth.sessions as s
    where s.token_sha256 = p_token_sha256 and s.kind = 'bearer' and s.user_id = p_user_id and s.membership_id = p_membership_id
  );
end;
$$;

comment on function auth.is_open_for(bytea, text, uuid) is
'Whether a bearer token has a session of this user in this membership.';
revoke all on function auth.is_open_for(bytea, text, uuid) from public;

-- db/functions/auth/known_court.sql
-- The court that somebody names, if any
create or replace function auth.known_court(p_court text)
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_code text := auth.find_court(p_court);
begin
  if v_code is null and core.trimmed(p_court) is not null then
    perform core.refuse_field('court', 'Unknown court');
  end if;

  return v_code;
end;
$$;

comment on function auth.known_court(text) is
'The same as auth.find_court, but a court that is stated has to be one.
Errors: JCVAL there is no such court.';
revoke all on function auth.known_court(text) from public;

-- db/functions/auth/known_role.sql
-- The role that somebody names
create or replace function auth.known_role(p_role text)
returns core.user_role
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  if p_role is null or not p_role = any (enum_range(null::core.user_role)::text[]) then
    perform core.refuse_field('role', 'Invalid role selected');
  end if;

  return p_role::core.user_role;
end;
$$;

comment on function auth.known_role(text) is
'The role of that name.
Errors: JCVAL there is no such role.';
revoke all on function auth.known_role(text) from public;

-- db/functions/auth/landing_page.sql
-- Where the browser goes after a login
create or replace function auth.landing_page(p_return_url text, p_user_role core.user_role)
returns text
language sql
immutable
security invoker
set search_path = ''
as $$
  select case
    when auth.is_safe_return_url(p_return_url) then p_return_url
    when p_user_role = 'ADOPTER' then '/my-cases'
    else '/dashboard'
  end;
$$;

comment on function auth.landing_page(text, core.user_role) is
'The page that the browser came from, if it is safe; else the first page of the role.';
revoke all on function auth.landing_page(text, core.user_role) from public;

-- db/functions/auth/limit_sessions.sql
-- Make room for one more session of a user
create or replace function auth.limit_sessions(p_user_id text, p_user_role core.user_role)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
-- Or a plan made while the table was empty would read all of it for each login, until the next analyze. For the same reason
-- the order is by the time that remains: there is an index on expires_at, too.
set enable_seqscan = off
as $$
begin
  -- A session that somebody else has locked is being used or ended: waiting for it, two logins could wait for each other.
  delete from auth.sessions
  where ctid = any (array(
    select s.ctid
    from auth.sessions as s
    where s.token_sha256 = any (array(
      select o.token_sha256
      from auth.sessions as o
      where o.user_id = p_user_id and (o.user_role = p_user_role or o.user_role is null and p_user_role is null)
      order by o.expires_at - now() desc
      offset 19
    ))
    for update of s skip locked
  ));
end;
$$;

-- db/functions/auth/list_claim_rules.sql
-- The rules that turn claims into memberships
create or replace function auth.list_claim_rules()
returns setof auth.claim_rules
language sql
stable
security definer
set search_path = ''
as $$
  select * from auth.claim_rules as r where r.ended_at is null order by r.issuer, r.claim_path, r.value, r.id;
$$;

comment on function auth.list_claim_rules() is
'The rules that hold.';
revoke all on function auth.list_claim_rules() from public;
grant execute on function auth.list_claim_rules() to casefile_registrar;

-- db/functions/auth/list_directory.sql
-- The directory
create or replace function auth.list_directory()
returns setof auth.directory_entry
language sql
stable
security definer
set search_path = ''
as $$
  select u.user_id, u.issuer, u.subject, u.name, u.enabled, m.id, m.user_role::text, c.name, m.organisation_id
  from auth.users as u
  left join auth.memberships as m on m.user_id = u.user_id and m.ended_at is null
  left join core.courts as c on c.code = m.court_code
  order by u.user_id, m.user_role, c.name, m.organisation_id;
$$;

comment on function auth.list_directory() is
'Every user with its active memberships; one without any has a row as well.';
revoke all on function auth.list_directory() from public;
grant execute on function auth.list_directory() to casefile_registrar;

-- db/functions/auth/list_memberships.sql
-- What a user may be
create or replace function auth.list_memberships(p_user_id text, p_claimed jsonb)
returns setof auth.memberships
language sql
stable
security invoker
set search_path = ''
as $$
  select distinct on (a.user_role, a.court_code, a.organisation_id)
    a.id, a.user_id, a.user_role, a.court_code, a.organisation_id, a.created_at, a.ended_at
  from (
    select m.*, false as is_claimed
    from auth.memberships as m
    where m.user_id = p_user_id and m.ended_at is null
    union all
    select c.id, p_user_id, c.user_role, c.court_code, c.organisation_id, r.created_at, null, true
    from jsonb_populate_recordset(null::auth.memberships, p_claimed) as c
    join auth.claim_rules as r on r.id = c.id and r.ended_at is null
  ) as a
  order by a.user_role, a.court_code, a.organisation_id, a.is_claimed, a.id;
$$;

comment on function auth.list_memberships(text, jsonb) is
'The active memberships of a user, and those that active claim rules gave (auth.match_claims), with the rule''s id as their id.
What is in the directory and claimed as well is one.';
revoke all on function auth.list_memberships(text, jsonb) from public;

-- db/functions/auth/log_in.sql
-- POST /api/auth/login
create or replace function auth.log_in(
  p_token_sha256 bytea,
  p_previous_token_sha256 bytea,
  p_username text,
  p_role text,
  p_court_assignment text default null,
  p_organisation_id text default null,
  p_return_url text default null
)
returns auth.log_in
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_court_name text := core.trimmed(p_court_assignment);
  v_memberships auth.memberships[];
  v_session auth.sessions;
begin
  if not exists (select from auth.database_kind as k where k.kind in ('LOCAL', 'TEST')) then
    raise exception using
      errcode = 'JCMOC', message = 'This database is not marked LOCAL or TEST: nobody signs in here by naming themselves';
  end if;

  v_session.user_id := core.trimmed(p_username);
  if v_session.user_id is null then
    perform core.refuse_field('username', 'Username is required');
  end if;

  v_session.token_sha256 := p_token_sha256;
  v_session.kind := 'mock';
  v_session.username := v_session.user_id;
  v_session.user_role := auth.known_role(p_role);
  v_session.organisation_id := core.trimmed(p_organisation_id);

  if v_court_name is not null then
    v_session.court_code := (select c.code from core.courts as c where c.name = v_court_name);
    if v_session.court_code is null then
      perform core.refuse_field('courtAssignment', 'Unknown court');
    end if;
  end if;

  -- A user of the directory is what it is there, without saying so.
  v_memberships := array(
    select m from auth.list_memberships(v_session.user_id, null) as m where m.user_role = v_session.user_role
  );
  if v_session.court_code is null and v_session.organisation_id is null and cardinality(v_memberships) = 1 then
    v_session.court_code := v_memberships[1].court_code;
    v_session.organisation_id := v_memberships[1].organisation_id;
    v_session.membership_id := v_memberships[1].id;
  end if;

  perform auth.log_out(p_previous_token_sha256);
  v_session := auth.open_session(v_session, null, null);

  return row(auth.session_caller(v_session), auth.landing_page(p_return_url, v_session.user_role))::auth.log_in;
end;
$$;

comment on function auth.log_in(bytea, bytea, text, text, text, text, text) is
'Opens a session for whomever one says one is, in a database marked LOCAL or TEST, and ends the one that the browser had.
Somebody whom the directory knows in this role is given the court and organisation that it has there, unless stated.
Definer: the server may not write the table.
Errors: JCMOC not in this database; JCVAL no user name, unknown role or court; 23514 a text beyond its limit.';

-- db/functions/auth/log_in_with_claims.sql
-- Open a session through the claims of an identity provider
create or replace function auth.log_in_with_claims(
  p_token_sha256 bytea,
  p_previous_token_sha256 bytea,
  p_claims jsonb,
  p_kind text,
  p_membership_id uuid,
  p_expires_at timestamptz,
  p_adds_users boolean,
  p_return_url text,
  p_request_id uuid,
  p_client_address text
)
returns auth.sign_in
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_claimed jsonb := auth.match_claims(p_claims);
  v_user auth.users := auth.find_user(p_claims, p_adds_users and v_claimed <> '[]');
  v_memberships auth.memberships[];
  v_chosen auth.memberships;
  v_session auth.sessions;
  v_refusal text;
begin
  v_memberships := array(select m from auth.list_memberships(v_user.user_id, v_claimed) as m);
  select m.* into v_chosen
  from unnest(v_memberships) as m
  where m.id = p_membership_id or p_membership_id is null and cardinality(v_memberships) = 1;

  v_session.token_sha256 := p_token_sha256;
  v_session.user_id := v_user.user_id;
  v_session.username := v_user.name;
  v_session.user_role := v_chosen.user_role;
  v_session.court_code := v_chosen.court_code;
  v_session.organisation_id := v_chosen.organisation_id;
  v_session.kind := p_kind;
  v_session.membership_id := v_chosen.id;
  v_session.claimed := v_claimed;
  v_session.issuer := p_claims ->> 'iss';
  v_session.subject := p_claims ->> 'sub';
  v_session.provider_session := p_claims ->> 'sid';
  v_session.ends_at := p_expires_at;

  v_refusal := case
    when v_user.user_id is null then 'JCUNK'
    when not v_user.enabled then 'JCOFF'
    when not auth.is_issued_since(p_claims, v_user.tokens_valid_from) then 'JCEND'
    when v_chosen.id is null and (p_membership_id is not null or cardinality(v_memberships) = 0) then 'JCNOM'
    when v_chosen.id is null and p_kind = 'bearer' then 'JCMNY'
  end;

  if v_refusal is not null then
    perform auth.record_sign_in(v_session, v_refusal, p_request_id, p_client_address);
    return row(
      null, null, v_refusal, auth.refusal_message(v_refusal),
      case v_refusal when 'JCMNY' then auth.show_memberships(v_user.user_id, v_claimed) end
    )::auth.sign_in;
  end if;

  -- Of two requests that bring a bearer token for the first time, the second finds the session of the first.
  if p_kind <> 'bearer' or not auth.is_open_for(p_token_sha256, v_user.user_id, v_chosen.id) then
    perform auth.log_out(p_previous_token_sha256);
    v_session := auth.open_session(v_session, p_request_id, p_client_address);
  end if;

  return row(
    auth.session_caller(v_session), auth.landing_page(p_return_url, v_session.user_role), null, null,
    auth.show_memberships(v_user.user_id, v_claimed)
  )::auth.sign_in;
end;
$$;

comment on function auth.log_in_with_claims(bytea, bytea, jsonb, text, uuid, timestamptz, boolean, text, uuid, text) is
'Opens a session for whom verified claims name, and ends the one that the browser had. The membership is the named one, else the
only one; a cookie session of somebody with several is opened without a role, to choose one. A refusal is an answer, so that its
record is committed: JCUNK unknown user; JCOFF disabled; JCEND a token from before
all sessions of the user were ended; JCNOM no membership, or not this one; JCMNY several and none chosen.
The session ends at p_expires_at, or 12 hours from now. Definer: the server may not read the directory, nor write sessions.';
revoke all on function auth.log_in_with_claims(bytea, bytea, jsonb, text, uuid, timestamptz, boolean, text, uuid, text) from public;
grant execute on function auth.log_in_with_claims(bytea, bytea, jsonb, text, uuid, timestamptz, boolean, text, uuid, text) to casefile_api;

-- db/functions/auth/log_out_provider.sql
-- POST /api/auth/backchannel-logout
create or replace function auth.log_out_provider(p_issuer text, p_subject text, p_provider_session text)
returns integer
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_count integer;
begin
  delete from auth.sessions as s
  where s.issuer = p_issuer
    and case when p_provider_session is null then s.subject = p_subject else s.provider_session = p_provider_session end;
  get diagnostics v_count = row_count;

  return v_count;
end;
$$;

comment on function auth.log_out_provider(text, text, text) is
'Ends the sessions that a provider says have ended: those of its session if it names one, else those of the subject; how many.
A bearer token that is still valid opens another, as its provider has not withdrawn it: auth.end_sessions stops it.
Definer: the server may not write the table.';
revoke all on function auth.log_out_provider(text, text, text) from public;
grant execute on function auth.log_out_provider(text, text, text) to casefile_api;

-- db/functions/auth/mark_database.sql
-- Say what this database is for
create or replace function auth.mark_database(p_kind text)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
-- Off in the sessions of casefile_migrator.
set row_security = on
as $$
begin
  if exists (select from core.cases) or exists (select from auth.database_kind) then
    raise exception using errcode = 'JCFIX', message = 'A database is marked once, before it has cases';
  end if;

  insert into auth.database_kind (kind) values (p_kind);
end;
$$;

comment on function auth.mark_database(text) is
'Says what a database is for: LOCAL, TEST, DEV or PROD. Once, while it has no cases. The owner''s alone; only in a database that is LOCAL or
TEST does the mock open sessions.
Errors: JCFIX there are cases, or it is marked already.';
revoke all on function auth.mark_database(text) from public;

-- db/functions/auth/match_claims.sql
-- What claims make of somebody
create or replace function auth.match_claims(p_claims jsonb)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  perform
  from auth.claim_rules as r
  where r.issuer = p_claims ->> 'iss' and r.ended_at is null and p_claims #> r.claim_path @> to_jsonb(r.value)
  order by r.id
  for share;

  return (
    select coalesce(jsonb_agg(jsonb_build_object(
      'id', r.id, 'user_role', r.user_role, 'court_code', c.court_code, 'organisation_id', o.organisation_id
    )), '[]')
    from auth.claim_rules as r
    cross join lateral (select coalesce(r.court_code, auth.find_court(p_claims #>> r.court_claim))) as c (court_code)
    cross join lateral (
      select coalesce(
        r.organisation_id,
        case when jsonb_typeof(p_claims #> r.organisation_claim) = 'string' then core.trimmed(p_claims #>> r.organisation_claim) end
      )
    ) as o (organisation_id)
    where r.issuer = p_claims ->> 'iss' and r.ended_at is null and p_claims #> r.claim_path @> to_jsonb(r.value)
      and (r.court_claim is null or c.court_code is not null)
      and (r.organisation_claim is null or o.organisation_id is not null)
  );
end;
$$;

comment on function auth.match_claims(jsonb) is
'The memberships that claim rules give to somebody with these claims, as auth.list_memberships takes them. A rule whose court or
organisation comes from a claim gives none if the claim names none. Locks those rules, so that ending one waits, and then finds the session.';
revoke all on function auth.match_claims(jsonb) from public;

-- db/functions/auth/memberships_detail.sql
-- The memberships to choose from, for the answer to a refusal
create or replace function auth.memberships_detail(p_user_id text, p_claimed jsonb)
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return json_build_object('memberships', (
    select coalesce(json_agg(json_strip_nulls(json_build_object(
      'id', m.id, 'role', m.user_role, 'courtAssignment', m.court_assignment, 'organisationId', m.organisation_id
    ))), '[]')
    from unnest(auth.show_memberships(p_user_id, p_claimed)) as m
  ));
end;
$$;

comment on function auth.memberships_detail(text, jsonb) is
'DETAIL of an error JCMNY: what the user may be, in the spelling of the API.';
revoke all on function auth.memberships_detail(text, jsonb) from public;

-- db/functions/auth/open_session.sql
-- Open a session
create or replace function auth.open_session(p_session auth.sessions, p_request_id uuid, p_client_address text)
returns auth.sessions
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_session auth.sessions := p_session;
begin
  v_session.opened_at := now();
  v_session.ends_at := coalesce(p_session.ends_at, now() + interval '12 hours');
  v_session.expires_at := case
    when v_session.kind = 'bearer' then v_session.ends_at else least(now() + interval '30 minutes', v_session.ends_at)
  end;

  perform auth.limit_sessions(v_session.user_id, v_session.user_role);
  insert into auth.sessions select v_session.*;
  perform auth.record_sign_in(v_session, 'OPENED', p_request_id, p_client_address);

  return v_session;
end;
$$;

comment on function auth.open_session(auth.sessions, uuid, text) is
'Opens a session, records it, and ends those that auth.limit_sessions says. It ends after 12 hours unless it says when.';
revoke all on function auth.open_session(auth.sessions, uuid, text) from public;

-- db/functions/auth/record_sign_in.sql
-- Keep what became of a sign-in
create or replace function auth.record_sign_in(
  p_session auth.sessions,
  p_outcome text,
  p_request_id uuid,
  p_client_address text
)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
-- Or a plan made while the table was empty would read all of it for each refusal, until the next analyze.
set enable_seqscan = off
as $$
declare
  v_issuer text := left(p_session.issuer, 255);
  v_subject text := left(p_session.subject, 255);
  v_since timestamptz := clock_timestamp() - interval '1 minute';
begin
  if p_outcome <> 'OPENED' and exists (
    select from auth.sign_ins as s
    where s.outcome <> 'OPENED'
      and coalesce(s.subject, '') = coalesce(v_subject, '') and coalesce(s.issuer, '') = coalesce(v_issuer, '')
      and s.occurred_at > v_since
      and s.kind = p_session.kind and s.outcome = p_outcome and s.client_address is not distinct from p_client_address
  ) then
    return;
  end if;

  insert into auth.sign_ins (issuer, subject, user_id, user_role, kind, outcome, client_address, request_id)
  values (
    v_issuer, v_subject, p_session.user_id, p_session.user_role, p_session.kind,
    p_outcome, p_client_address, p_request_id
  );
end;
$$;

comment on function auth.record_sign_in(auth.sessions, text, uuid, text) is
'Appends to auth.sign_ins; a refusal only if the same (issuer, subject, kind, outcome, address) was not recorded within the last minute,
as a program that is refused may try again without end. Those at the very same moment may each be recorded.';
revoke all on function auth.record_sign_in(auth.sessions, text, uuid, text) from public;

-- db/functions/auth/refusal_message.sql
-- Why somebody may not sign in, for people
create or replace function auth.refusal_message(p_code text)
returns text
language sql
immutable
security invoker
set search_path = ''
as $$
  select case p_code
    when 'JCUNK' then 'Casefile does not know you. Ask a registrar to add you.'
    when 'JCOFF' then 'Your access has been turned off. Ask a registrar.'
    when 'JCEND' then 'The token was made out before all sessions of its user were ended'
    when 'JCNOM' then 'You do not have this membership. Ask a registrar.'
    when 'JCMNY' then 'You have several memberships. Choose one.'
  end;
$$;

comment on function auth.refusal_message(text) is
'The sentence for a refusal of a sign-in.';
revoke all on function auth.refusal_message(text) from public;

-- db/functions/auth/resume.sql
-- Become the caller of a session
create or replace function auth.resume(p_token_sha256 bytea, p_request_id uuid, p_client_address text)
returns boolean
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_session auth.sessions := auth.claim_session(p_token_sha256);
  v_settings text;
begin
  -- Invoker, because a definer function may not set the role. All settings end with the transaction. An assignment is half the
  -- work of a query.
  v_settings := set_config('casefile.request_id', coalesce(p_request_id::text, ''), true)
    || set_config('casefile.client_address', coalesce(p_client_address, ''), true)
    || set_config('application_name', 'casefile ' || coalesce(p_request_id::text, ''), true)
    || set_config('role', lower(v_session.user_role::text), true);

  return v_session.expires_at < least(now() + interval '29 minutes', v_session.ends_at);
end;
$$;

comment on function auth.resume(bytea, uuid, text) is
'Takes on the database role and the claims of the session''s caller, which policies and triggers read with core.claim; true when its expiry is due to be moved, which this read-only
step leaves to auth.touch_session.
Errors: JCSES no session, or an expired one; JCMNY no membership has been chosen; `memberships`.';

-- db/functions/auth/show_memberships.sql
-- What a user may be, as an answer shows it
create or replace function auth.show_memberships(p_user_id text, p_claimed jsonb)
returns api.membership[]
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return array(
    select row(m.id, m.user_role::text, c.name, m.organisation_id)::api.membership
    from auth.list_memberships(p_user_id, p_claimed) as m
    left join core.courts as c on c.code = m.court_code
    order by m.user_role, c.name, m.organisation_id
  );
end;
$$;

comment on function auth.show_memberships(text, jsonb) is
'The memberships of auth.list_memberships, as an answer shows them.';
revoke all on function auth.show_memberships(text, jsonb) from public;

-- db/functions/auth/tg_claim_rules__end_sessions.sql
-- A claim rule that ends, or changes, ends its sessions
create or replace function auth.tg_claim_rules__end_sessions()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
-- Off in the sessions of casefile_migrator.
set row_security = on
as $$
begin
  if new is distinct from old then
    delete from auth.sessions where membership_id = old.id;
  end if;

  return null;
end;
$$;

comment on function auth.tg_claim_rules__end_sessions() is
'Ends the sessions that were opened by a rule that changes. A sign-in locks the rules that it reads (auth.match_claims).
Definer: whoever changes the directory may not write sessions.';
revoke all on function auth.tg_claim_rules__end_sessions() from public;

create trigger tg_claim_rules__end_sessions
after update on auth.claim_rules
for each row execute function auth.tg_claim_rules__end_sessions();
alter table auth.claim_rules enable always trigger tg_claim_rules__end_sessions;

-- db/functions/auth/tg_memberships__end_sessions.sql
-- A membership that ends, or changes, ends its sessions
create or replace function auth.tg_memberships__end_sessions()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
-- Off in the sessions of casefile_migrator.
set row_security = on
as $$
begin
  if new is distinct from old then
    -- A sign-in that has read the membership as it was holds this lock until its session is there to be ended.
    perform from auth.users as u where u.user_id = old.user_id for no key update;
    delete from auth.sessions where user_id = old.user_id and membership_id = old.id;
  end if;

  return null;
end;
$$;

comment on function auth.tg_memberships__end_sessions() is
'Ends the sessions that were opened by a membership that changes, those of a running sign-in included.
Definer: whoever changes the directory may not write sessions.';
revoke all on function auth.tg_memberships__end_sessions() from public;

create trigger tg_memberships__end_sessions
after update on auth.memberships
for each row execute function auth.tg_memberships__end_sessions();
alter table auth.memberships enable always trigger tg_memberships__end_sessions;

-- db/functions/auth/tg_record_directory_change.sql
-- Who changed the directory
create or replace function auth.tg_record_directory_change()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
-- Off in the sessions of casefile_migrator.
set row_security = on
as $$
declare
  v_before jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
  v_after jsonb := to_jsonb(new);
begin
  if v_before is distinct from v_after then
    insert into auth.directory_changes (actor, entity, entity_id, before, after)
    values (session_user, tg_argv[0], v_after ->> tg_argv[1], v_before, v_after);
  end if;

  return null;
end;
$$;

comment on function auth.tg_record_directory_change() is
'Records a change of the directory. Its arguments are what changes, and the column of its id.
Definer: nobody else writes auth.directory_changes.';
revoke all on function auth.tg_record_directory_change() from public;

create trigger tg_users__record_change
after insert or update on auth.users
for each row execute function auth.tg_record_directory_change('user', 'user_id');
alter table auth.users enable always trigger tg_users__record_change;

create trigger tg_memberships__record_change
after insert or update on auth.memberships
for each row execute function auth.tg_record_directory_change('membership', 'id');
alter table auth.memberships enable always trigger tg_memberships__record_change;

create trigger tg_claim_rules__record_change
after insert or update on auth.claim_rules
for each row execute function auth.tg_record_directory_change('claim rule', 'id');
alter table auth.claim_rules enable always trigger tg_claim_rules__record_change;

-- db/functions/auth/tg_users__end_sessions.sql
-- Whoever changes, or is disabled, is signed out
create or replace function auth.tg_users__end_sessions()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
-- Off in the sessions of casefile_migrator.
set row_security = on
as $$
begin
  if new is distinct from old then
    delete from auth.sessions where user_id = old.user_id;
  end if;

  return null;
end;
$$;

comment on function auth.tg_users__end_sessions() is
'Ends the sessions of a user that changes. A sign-in holds the lock of the row (auth.find_user), so that none slips through.
Definer: whoever changes the directory may not write sessions.';
revoke all on function auth.tg_users__end_sessions() from public;

create trigger tg_users__end_sessions
after update on auth.users
for each row execute function auth.tg_users__end_sessions();
alter table auth.users enable always trigger tg_users__end_sessions;

-- db/functions/auth/touch_session.sql
-- Move the expiry of a session that is in use
create or replace function auth.touch_session(p_token_sha256 bytea)
returns void
language sql
volatile
security definer
set search_path = ''
as $$
  update auth.sessions
  set expires_at = least(now() + interval '30 minutes', ends_at)
  where token_sha256 = p_token_sha256 and expires_at > now() and expires_at < ends_at;
$$;

comment on function auth.touch_session(bytea) is
'30 minutes from now, or its end if that is sooner; a bearer''s stands there already. An expired session stays expired. Definer: the server may not write the table.';

-- db/functions/api/claim_key.sql
-- Claim the Idempotency-Key of a write
create or replace function api.claim_key(p_key text, p_request_sha256 bytea)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
-- Or a plan made while the table was empty would read all of it, until the next analyze.
set enable_seqscan = off
as $$
declare
  v_role core.user_role := core.caller_role();
  v_user_id text := core.actor();
  v_court_code text := nullif(core.claim('court_code'), '');
  v_organisation_id text := nullif(core.claim('organisation_id'), '');
  v_kept core.kept_answers;
begin
  -- Whoever comes second waits here until the first has committed. An expired key is as good as a new one, and so is
  -- one under which nothing was kept.
  insert into core.kept_answers as k (user_role, user_id, key, court_code, organisation_id, request_sha256)
  values (v_role, v_user_id, p_key, v_court_code, v_organisation_id, p_request_sha256)
  on conflict (user_role, user_id, key) do update
  set
    court_code = excluded.court_code,
    organisation_id = excluded.organisation_id,
    request_sha256 = excluded.request_sha256,
    answer = null,
    expires_at = default
  where k.expires_at <= now() or k.answer is null;

  if found then
    return null;
  end if;

  -- What was not taken over is locked nevertheless, so that no sweep comes in between.
  select * into v_kept
  from core.kept_answers as k
  where k.user_role = v_role and k.user_id = v_user_id and k.key = p_key;

  if (v_kept.court_code, v_kept.organisation_id, v_kept.request_sha256)
    is distinct from (v_court_code, v_organisation_id, p_request_sha256)
  then
    raise exception using errcode = 'JCKEY', message = 'This Idempotency-Key came with another request before';
  end if;

  return v_kept.answer;
end;
$$;

-- db/functions/api/create_case.sql
-- POST /api/cases
create or replace function api.create_case(
  p_case_type text,
  p_notes text default null,
  p_internal_notes text default null,
  p_staff_comments text default null,
  p_linked_family_court_case_reference text default null,
  p_next_hearing timestamptz default null
)
returns api.case_record
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_id uuid := core.new_id();
  v_case_type core.case_type := core.known_word(
    'caseType', core.required_text('caseType', p_case_type), enum_range(null::core.case_type)::text[]
  );
  v_court_code text := nullif(core.claim('court_code'), '');
begin
  if v_court_code is null then
    perform core.refuse_field('courtAssignment', 'A case is created in the court of its officer, and none is assigned to you');
  end if;

  insert into core.case_details (case_id, notes, internal_notes, staff_comments, linked_family_court_case_reference)
  values (v_id, p_notes, p_internal_notes, p_staff_comments, p_linked_family_court_case_reference);

  -- The triggers on core.cases take the number and write the audit row.
  insert into core.cases (id, court_code, case_type, next_hearing)
  values (v_id, v_court_code, v_case_type, p_next_hearing);

  return core.case_record(v_id);
end;
$$;

-- db/policies/auth.claim_rules.sql
-- Rules that turn claims into memberships: for the definer functions of auth alone.

alter table auth.claim_rules enable row level security;
alter table auth.claim_rules force row level security;

create policy all_to_owner on auth.claim_rules for all
to casefile_owner
using (true) with check (true);
comment on policy all_to_owner on auth.claim_rules is 'Registrars manage the directory, and the server asks it, through functions of the owner.';
revoke all on auth.claim_rules from public;

-- db/policies/auth.database_kind.sql
-- What this database is for: written and read by the functions of auth, read by administrators.

alter table auth.database_kind enable row level security;
alter table auth.database_kind force row level security;

create policy select_to_owner on auth.database_kind for select
to casefile_owner
using (true);
comment on policy select_to_owner on auth.database_kind is 'An administrator works as the owner.';

create policy insert_to_owner on auth.database_kind for insert
to casefile_owner
with check (true);
comment on policy insert_to_owner on auth.database_kind is 'Functions of the owner write it.';
revoke all on auth.database_kind from public;

-- db/policies/auth.directory_changes.sql
-- What changed in the directory: written and read by the functions of auth, read by administrators.

alter table auth.directory_changes enable row level security;
alter table auth.directory_changes force row level security;

create policy select_to_owner on auth.directory_changes for select
to casefile_owner
using (true);
comment on policy select_to_owner on auth.directory_changes is 'An administrator works as the owner.';

create policy insert_to_owner on auth.directory_changes for insert
to casefile_owner
with check (true);
comment on policy insert_to_owner on auth.directory_changes is 'Functions of the owner write it.';
revoke all on auth.directory_changes from public;

-- db/policies/auth.memberships.sql
-- What users may be: for the definer functions of auth alone.

alter table auth.memberships enable row level security;
alter table auth.memberships force row level security;

create policy all_to_owner on auth.memberships for all
to casefile_owner
using (true) with check (true);
comment on policy all_to_owner on auth.memberships is 'Registrars manage the directory, and the server asks it, through functions of the owner.';
revoke all on auth.memberships from public;

-- db/policies/auth.secrets.sql
-- Secrets: for the definer functions that set and read claims.

alter table auth.secrets enable row level security;
alter table auth.secrets force row level security;

create policy select_to_owner on auth.secrets for select
to casefile_owner
using (true);
comment on policy select_to_owner on auth.secrets is 'auth.claims_prefix reads it.';
revoke all on auth.secrets from public;

-- db/policies/auth.sign_ins.sql
-- Which sessions were opened, and which refused: written and read by the functions of auth, read by administrators.

alter table auth.sign_ins enable row level security;
alter table auth.sign_ins force row level security;

create policy select_to_owner on auth.sign_ins for select
to casefile_owner
using (true);
comment on policy select_to_owner on auth.sign_ins is 'An administrator works as the owner.';

create policy insert_to_owner on auth.sign_ins for insert
to casefile_owner
with check (true);
comment on policy insert_to_owner on auth.sign_ins is 'Functions of the owner write it.';
revoke all on auth.sign_ins from public;

-- db/policies/auth.users.sql
-- Who may sign in: for the definer functions of auth alone.

alter table auth.users enable row level security;
alter table auth.users force row level security;

create policy all_to_owner on auth.users for all
to casefile_owner
using (true) with check (true);
comment on policy all_to_owner on auth.users is 'Registrars manage the directory, and the server asks it, through functions of the owner.';
revoke all on auth.users from public;

-- db/policies/core.assignments.sql
create policy select_own on core.assignments for select
to adopter
using (
  user_id = (select core.claim('user_id'))
  and revoked_at is null
  and case_id in (select unnest(core.reached_case_ids()))
);
comment on policy select_own on core.assignments is 'An adopter sees its own active assignments and nobody else''s.';

-- db/policies/core.case_number_series.sql
create policy select_own_court on core.case_number_series for select
to hmcts_case_officer
using (court_code = (select core.claim('court_code')));

comment on policy select_own_court on core.case_number_series is
'An officer, of its own court. Nobody else: core.count_cases takes a tally that it sees for the number of cases within reach.';

-- db/policies/core.case_participants.sql
create policy select_own_court on core.case_participants for select
to hmcts_case_officer
using (court_code = (select core.claim('court_code')));
comment on policy select_own_court on core.case_participants is 'An officer, of the cases of its own court.';

-- db/policies/core.cases.sql
-- Deleted cases too: PostgreSQL checks the new row of an update against the select policies, and an
-- officer reads the audit trail of a deleted case. The operations leave them out.
create policy select_own_court on core.cases for select
to hmcts_case_officer
using (court_code = (select core.claim('court_code')));
comment on policy select_own_court on core.cases is 'An officer reaches the cases of its own court.';

create policy insert_own_court on core.cases for insert
to hmcts_case_officer
with check (court_code = (select core.claim('court_code')));
comment on policy insert_own_court on core.cases is 'An officer creates cases in its own court.';

create policy update_own_court on core.cases for update
to hmcts_case_officer
using (court_code = (select core.claim('court_code')));

comment on policy update_own_court on core.cases is
'An officer changes the cases of its own court; what of them, the column grants and tg_cases__guard say.';

-- db/policies/core.documents.sql
create policy select_own on core.documents for select
to adopter
using (
  deleted_at is null
  and uploaded_by = (select core.claim('user_id'))
  and case_id in (select unnest(core.reached_case_ids()))
);
comment on policy select_own on core.documents is 'An adopter sees what it uploaded itself.';

create policy update_own_upload on core.documents for update
to hmcts_case_officer, cafcass_officer, la_social_worker, vaa_worker, adopter
using (
  upload_status = 'uploading'
  and uploaded_by = (select core.claim('user_id'))
  and exists (select from core.cases as c where c.id = case_id and c.deleted_at is null offset 0)
)
with check (true);
comment on policy update_own_upload on core.documents is 'Whoever uploads ends the upload.';

-- migrate:down

-- Bodies may name functions that come later.
set local check_function_bodies = off;

drop function auth.find_user(jsonb, boolean);
drop function auth.list_claim_rules();
drop function auth.list_memberships(text, jsonb);
drop table auth.sign_ins;
drop table auth.memberships;
drop table auth.users;
drop table auth.directory_changes;
drop table auth.database_kind;
drop table auth.claim_rules;
drop policy select_to_owner on auth.secrets;
drop policy select_own on core.assignments;
drop policy select_own_court on core.case_number_series;
drop policy select_own_court on core.case_participants;
drop policy select_own_court on core.cases;
drop policy insert_own_court on core.cases;
drop policy update_own_court on core.cases;
drop policy select_own on core.documents;
drop policy update_own_upload on core.documents;
drop function core.claim(text);
drop function auth.add_claim_rule(text, text[], text, text, text, text[], text, text[]);
drop function auth.add_membership(text, text, text, text);
drop function auth.add_user(text, text, text, text);
drop function auth.change_membership(bytea, bytea, text, text, text);
drop function auth.change_user(text, text, text, text, boolean);
drop function auth.claim_session(bytea);
drop function auth.claims_prefix();
drop function auth.end_claim_rule(uuid);
drop function auth.end_membership(uuid);
drop function auth.end_sessions(text);
drop function auth.find_court(text);
drop function auth.get_session(bytea);
drop function auth.import_directory(jsonb, boolean);
drop function auth.import_endings(jsonb);
drop function auth.import_field(text, text, text, text);
drop function auth.import_membership(jsonb);
drop function auth.import_user(jsonb);
drop function auth.is_issued_since(jsonb, timestamptz);
drop function auth.is_open_for(bytea, text, uuid);
drop function auth.known_court(text);
drop function auth.known_role(text);
drop function auth.landing_page(text, core.user_role);
drop function auth.list_directory();
drop function auth.log_in_with_claims(bytea, bytea, jsonb, text, uuid, timestamptz, boolean, text, uuid, text);
drop function auth.log_out_provider(text, text, text);
drop function auth.mark_database(text);
drop function auth.match_claims(jsonb);
drop function auth.memberships_detail(text, jsonb);
drop function auth.open_session(auth.sessions, uuid, text);
drop function auth.record_sign_in(auth.sessions, text, uuid, text);
drop function auth.refusal_message(text);
drop function auth.show_memberships(text, jsonb);
drop function auth.tg_claim_rules__end_sessions();
drop function auth.tg_memberships__end_sessions();
drop function auth.tg_record_directory_change();
drop function auth.tg_users__end_sessions();
drop type auth.sign_in;
drop type auth.directory_entry;
drop type auth.directory_difference;
drop type api.session;
drop type api.membership;
revoke usage on schema auth from casefile_registrar;
comment on table auth.secrets is null;
comment on column auth.sessions.user_role is null;
comment on column auth.sessions.membership_id is null;
comment on column auth.sessions.claimed is null;
comment on column auth.sessions.provider_session is null;
comment on column auth.sessions.ends_at is null;

-- db/schemas.sql
comment on schema auth is 'Sessions, and how the server becomes a caller.';

-- db/tables/auth.sessions.sql
comment on table auth.sessions is 'Cookie sessions.';
comment on column auth.sessions.token_sha256 is 'The token itself is with the browser alone.';
comment on column auth.sessions.expires_at is '30 minutes after the last use, moved at most once a minute.';

-- db/functions/core/actor.sql
-- Who is at work
create or replace function core.actor()
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  if core.caller_role() is null then
    return case when current_setting('role') = 'document_processor' then 'document_processor' else session_user end;
  end if;

  return coalesce(nullif(current_setting('casefile.user_id', true), ''), session_user);
end;
$$;

comment on function core.actor() is
'The caller''s user id; document_processor for the worker; the database login for work done past the server.';

-- db/functions/core/caller.sql
-- Who is calling, as an answer shows it
create or replace function core.caller()
returns api.caller
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_actor text := core.actor();
begin
  return row(
    v_actor,
    v_actor,
    core.caller_role()::text,
    (select c.name from core.courts as c where c.code = current_setting('casefile.court_code', true)),
    nullif(current_setting('casefile.organisation_id', true), '')
  )::api.caller;
end;
$$;
comment on function core.caller() is 'The caller that auth.become has set.';

-- db/functions/core/reached_case_ids.sql
-- The cases that a caller reaches by name
create or replace function core.reached_case_ids()
returns uuid[]
language plpgsql
stable
security definer
set search_path = ''
-- Or it would be planned anew for each call: the claims look as if they made a difference.
set plan_cache_mode = force_generic_plan
-- And the plan is kept, even if it was made while there were few memberships.
set enable_seqscan = off
as $$
declare
  v_role core.user_role := core.caller_role();
  v_assignment_type core.assignment_type := case v_role
    when 'JUDGE_LEGAL_ADVISER' then 'JUDICIAL'
    when 'CAFCASS_OFFICER' then 'CAFCASS'
    when 'LA_SOCIAL_WORKER' then 'SOCIAL_WORKER'
    when 'ADOPTER' then 'APPLICANT'
  end;
  v_organisation_type core.organisation_type := case v_role
    when 'LA_SOCIAL_WORKER' then 'LOCAL_AUTHORITY'
    when 'VAA_WORKER' then 'VOLUNTARY_AGENCY'
  end;
  v_case_ids uuid[] := '{}';
begin
  -- Each kind of membership by itself, and only if the role has it: this runs once for each table that a
  -- statement reads.
  if v_assignment_type is not null then
    v_case_ids := array(
      select a.case_id
      from core.assignments as a
      where a.user_id = current_setting('casefile.user_id', true)
        and a.revoked_at is null
        and a.assignment_type = v_assignment_type
        and not exists (select from core.cases as c where c.id = a.case_id and c.deleted_at is not null)
    );
  end if;

  if v_organisation_type is not null then
    v_case_ids := v_case_ids || array(
      select l.case_id
      from core.organisation_links as l
      where l.organisation_id = current_setting('casefile.organisation_id', true)
        and l.unlinked_at is null
        and l.organisation_type = v_organisation_type
        and not exists (select from core.cases as c where c.id = l.case_id and c.deleted_at is not null)
    );
  end if;

  return v_case_ids;
end;
$$;

-- db/functions/audit/explain_refusal.sql
-- Why an operation was refused, and a record of it
create or replace function audit.explain_refusal(p_operation text, p_subject_id uuid)
returns audit.refusal
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_role core.user_role := core.caller_role();
  v_required_roles text[] := array(
    select r.user_role::text
    from unnest(enum_range(null::core.user_role)) as r (user_role)
    join pg_catalog.pg_proc as p on p.pronamespace = 'api'::regnamespace and p.proname = p_operation
    where has_function_privilege(lower(r.user_role::text), p.oid, 'execute')
    order by r.user_role
  );
  v_is_of_role boolean := v_role::text = any (v_required_roles);
  v_is_about_document boolean := p_operation ~ '^(get|download|delete)_document$';
  v_case_id uuid := (
    select c.id
    from core.cases as c
    where c.deleted_at is null
      and c.id in (
        select p_subject_id where not v_is_about_document
        union all
        select d.case_id
        from core.documents as d
        where d.id = p_subject_id and d.deleted_at is null and v_is_about_document
      )
  );
begin
  if v_required_roles = '{}' then
    perform core.refuse_field('operation', 'Unknown operation');
  end if;

  -- Some operations tell anybody that there is no such case, the others only those whose role they are for.
  if p_subject_id is not null and v_case_id is null
    and (v_is_of_role or p_operation in ('change_case_status', 'list_case_audit', 'revoke_assignment', 'delete_document'))
  then
    return row(
      'NOT_FOUND', case when v_is_about_document then 'Document' else 'Case' end || ' not found', null
    )::audit.refusal;
  end if;

  insert into audit.refusals (case_id, operation, user_id, user_role, reason, request_id, client_address)
  values (
    v_case_id,
    p_operation,
    core.actor(),
    coalesce(v_role::text, 'DATABASE'),
    case when v_is_of_role then 'REACH' else 'ROLE' end,
    nullif(current_setting('casefile.request_id', true), '')::uuid,
    nullif(current_setting('casefile.client_address', true), '')
  );

  if v_is_of_role then
    return row('FORBIDDEN', 'Access denied', null)::audit.refusal;
  end if;

  return row(
    'FORBIDDEN',
    case p_operation when 'get_admin_only' then 'Insufficient permissions' else 'Permission denied' end,
    jsonb_build_object('requiredRoles', v_required_roles, 'userRole', v_role)
  )::audit.refusal;
end;
$$;

comment on function audit.explain_refusal(text, uuid) is
'After an operation found no case or document within reach, or was not the caller''s at all: tells whether there is one, and
records the denied access. Runs in a transaction of its own, which the refusal does not undo.
Errors: JCVAL no such operation.';

-- db/functions/auth/become.sql
-- Become a caller until the end of the transaction
create or replace function auth.become(
  p_role text,
  p_user_id text,
  p_court_code text,
  p_organisation_id text,
  p_request_id uuid,
  p_client_address text
)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  -- Invoker, because a definer function may not set the role. All settings end with the transaction.
  perform
    set_config('casefile.user_id', p_user_id, true),
    set_config('casefile.court_code', coalesce(p_court_code, ''), true),
    set_config('casefile.organisation_id', coalesce(p_organisation_id, ''), true),
    set_config('casefile.request_id', coalesce(p_request_id::text, ''), true),
    set_config('casefile.client_address', coalesce(p_client_address, ''), true),
    set_config('application_name', 'casefile ' || coalesce(p_request_id::text, ''), true),
    set_config('role', lower(p_role), true);
end;
$$;

comment on function auth.become(text, text, text, text, uuid, text) is
'Takes on the caller''s database role and claims. Policies and triggers read them as casefile.* settings.';
revoke all on function auth.become(text, text, text, text, uuid, text) from public;
grant execute on function auth.become(text, text, text, text, uuid, text) to casefile_api;

-- db/functions/auth/find_session.sql
-- The session of a token
create or replace function auth.find_session(p_token_sha256 bytea)
returns auth.sessions
language plpgsql
stable
security definer
set search_path = ''
-- Or a plan made while the table was empty would read all of it for each request, until the next analyze.
set enable_seqscan = off
as $$
declare
  v_session auth.sessions;
begin
  select * into v_session
  from auth.sessions as s
  where s.token_sha256 = p_token_sha256;

  -- Not in the query, for the same reason: there is an index on this, too.
  if v_session.expires_at > now() then
    return v_session;
  end if;

  return null;
end;
$$;

comment on function auth.find_session(bytea) is
'The session, unless it has expired; null for none. Definer: the server may not read the table.';
grant execute on function auth.find_session(bytea) to casefile_api;

-- db/functions/auth/get_session.sql
-- GET /api/auth/session
create or replace function auth.get_session(p_token_sha256 bytea)
returns api.caller
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_session auth.sessions := auth.find_session(p_token_sha256);
begin
  if v_session.token_sha256 is null then
    return null;
  end if;

  if v_session.expires_at < now() + interval '29 minutes' then
    perform auth.touch_session(p_token_sha256);
  end if;

  return auth.session_caller(v_session);
end;
$$;

comment on function auth.get_session(bytea) is
'The caller of a session; null when there is none. Definer: the server may not read the table.';
revoke all on function auth.get_session(bytea) from public;
grant execute on function auth.get_session(bytea) to casefile_api;

-- db/functions/auth/limit_sessions.sql
-- Make room for one more session of a user
create or replace function auth.limit_sessions(p_user_id text, p_user_role core.user_role)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
-- Or a plan made while the table was empty would read all of it for each login, until the next analyze. For the same reason
-- the order is by the time that remains: there is an index on expires_at, too.
set enable_seqscan = off
as $$
begin
  -- A session that somebody else has locked is being used or ended: waiting for it, two logins could wait for each other.
  delete from auth.sessions
  where ctid = any (array(
    select s.ctid
    from auth.sessions as s
    where s.token_sha256 = any (array(
      select o.token_sha256
      from auth.sessions as o
      where o.user_id = p_user_id and o.user_role = p_user_role
      order by o.expires_at - now() desc
      offset 19
    ))
    for update of s skip locked
  ));
end;
$$;

-- db/functions/auth/log_in.sql
-- POST /api/auth/login
create or replace function auth.log_in(
  p_token_sha256 bytea,
  p_previous_token_sha256 bytea,
  p_username text,
  p_role text,
  p_court_assignment text default null,
  p_organisation_id text default null,
  p_return_url text default null
)
returns auth.log_in
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_username text := core.trimmed(p_username);
  v_court_name text := core.trimmed(p_court_assignment);
  v_session auth.sessions;
begin
  if v_username is null then
    perform core.refuse_field('username', 'Username is required');
  end if;

  if p_role is null or not p_role = any (enum_range(null::core.user_role)::text[]) then
    perform core.refuse_field('role', 'Invalid role selected');
  end if;

  if v_court_name is not null then
    v_session.court_code := (select c.code from core.courts as c where c.name = v_court_name);
    if v_session.court_code is null then
      perform core.refuse_field('courtAssignment', 'Unknown court');
    end if;
  end if;

  perform auth.log_out(p_previous_token_sha256);
  perform auth.limit_sessions(v_username, p_role::core.user_role);

  insert into auth.sessions (token_sha256, user_id, username, user_role, court_code, organisation_id, expires_at)
  values (
    p_token_sha256, v_username, v_username, p_role::core.user_role, v_session.court_code,
    core.trimmed(p_organisation_id), now() + interval '30 minutes'
  )
  returning * into v_session;

  return row(
    auth.session_caller(v_session),
    case
      when auth.is_safe_return_url(p_return_url) then p_return_url
      when v_session.user_role = 'ADOPTER' then '/my-cases'
      else '/dashboard'
    end
  )::auth.log_in;
end;
$$;

comment on function auth.log_in(bytea, bytea, text, text, text, text, text) is
'Opens a session, and ends the one that the browser had, and those that auth.limit_sessions says. Definer: the server may
not write the table.
Errors: JCVAL no user name, unknown role or court; 23514 a text beyond its limit.';

-- db/functions/auth/resume.sql
-- Become the caller of a session
create or replace function auth.resume(p_token_sha256 bytea, p_request_id uuid, p_client_address text)
returns boolean
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_session auth.sessions := auth.find_session(p_token_sha256);
begin
  if v_session.token_sha256 is null then
    raise exception using errcode = 'JCSES', message = 'Authentication required';
  end if;

  perform auth.become(
    v_session.user_role::text, v_session.user_id, v_session.court_code, v_session.organisation_id,
    p_request_id, p_client_address
  );

  return v_session.expires_at < now() + interval '29 minutes';
end;
$$;

comment on function auth.resume(bytea, uuid, text) is
'Takes on the role and claims of the session''s caller; true when its expiry is due to be moved, which this read-only
step leaves to auth.touch_session.
Errors: JCSES no session, or an expired one.';

-- db/functions/auth/touch_session.sql
-- Move the expiry of a session that is in use
create or replace function auth.touch_session(p_token_sha256 bytea)
returns void
language sql
volatile
security definer
set search_path = ''
as $$
  update auth.sessions
  set expires_at = now() + interval '30 minutes'
  where token_sha256 = p_token_sha256 and expires_at > now();
$$;

comment on function auth.touch_session(bytea) is
'30 minutes from now. An expired session stays expired. Definer: the server may not write the table.';

-- db/functions/api/claim_key.sql
-- Claim the Idempotency-Key of a write
create or replace function api.claim_key(p_key text, p_request_sha256 bytea)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
-- Or a plan made while the table was empty would read all of it, until the next analyze.
set enable_seqscan = off
as $$
declare
  v_role core.user_role := core.caller_role();
  v_user_id text := core.actor();
  v_court_code text := nullif(current_setting('casefile.court_code', true), '');
  v_organisation_id text := nullif(current_setting('casefile.organisation_id', true), '');
  v_kept core.kept_answers;
begin
  -- Whoever comes second waits here until the first has committed. An expired key is as good as a new one, and so is
  -- one under which nothing was kept.
  insert into core.kept_answers as k (user_role, user_id, key, court_code, organisation_id, request_sha256)
  values (v_role, v_user_id, p_key, v_court_code, v_organisation_id, p_request_sha256)
  on conflict (user_role, user_id, key) do update
  set
    court_code = excluded.court_code,
    organisation_id = excluded.organisation_id,
    request_sha256 = excluded.request_sha256,
    answer = null,
    expires_at = default
  where k.expires_at <= now() or k.answer is null;

  if found then
    return null;
  end if;

  -- What was not taken over is locked nevertheless, so that no sweep comes in between.
  select * into v_kept
  from core.kept_answers as k
  where k.user_role = v_role and k.user_id = v_user_id and k.key = p_key;

  if (v_kept.court_code, v_kept.organisation_id, v_kept.request_sha256)
    is distinct from (v_court_code, v_organisation_id, p_request_sha256)
  then
    raise exception using errcode = 'JCKEY', message = 'This Idempotency-Key came with another request before';
  end if;

  return v_kept.answer;
end;
$$;

-- db/functions/api/create_case.sql
-- POST /api/cases
create or replace function api.create_case(
  p_case_type text,
  p_notes text default null,
  p_internal_notes text default null,
  p_staff_comments text default null,
  p_linked_family_court_case_reference text default null,
  p_next_hearing timestamptz default null
)
returns api.case_record
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_id uuid := core.new_id();
  v_case_type core.case_type := core.known_word(
    'caseType', core.required_text('caseType', p_case_type), enum_range(null::core.case_type)::text[]
  );
  v_court_code text := nullif(current_setting('casefile.court_code', true), '');
begin
  if v_court_code is null then
    perform core.refuse_field('courtAssignment', 'A case is created in the court of its officer, and none is assigned to you');
  end if;

  insert into core.case_details (case_id, notes, internal_notes, staff_comments, linked_family_court_case_reference)
  values (v_id, p_notes, p_internal_notes, p_staff_comments, p_linked_family_court_case_reference);

  -- The triggers on core.cases take the number and write the audit row.
  insert into core.cases (id, court_code, case_type, next_hearing)
  values (v_id, v_court_code, v_case_type, p_next_hearing);

  return core.case_record(v_id);
end;
$$;

-- db/policies/core.assignments.sql
create policy select_own on core.assignments for select
to adopter
using (
  user_id = (select current_setting('casefile.user_id', true))
  and revoked_at is null
  and case_id in (select unnest(core.reached_case_ids()))
);
comment on policy select_own on core.assignments is 'An adopter sees its own active assignments and nobody else''s.';

-- db/policies/core.case_number_series.sql
create policy select_own_court on core.case_number_series for select
to hmcts_case_officer
using (court_code = (select current_setting('casefile.court_code', true)));

comment on policy select_own_court on core.case_number_series is
'An officer, of its own court. Nobody else: core.count_cases takes a tally that it sees for the number of cases within reach.';

-- db/policies/core.case_participants.sql
create policy select_own_court on core.case_participants for select
to hmcts_case_officer
using (court_code = (select current_setting('casefile.court_code', true)));
comment on policy select_own_court on core.case_participants is 'An officer, of the cases of its own court.';

-- db/policies/core.cases.sql
-- Deleted cases too: PostgreSQL checks the new row of an update against the select policies, and an
-- officer reads the audit trail of a deleted case. The operations leave them out.
create policy select_own_court on core.cases for select
to hmcts_case_officer
using (court_code = (select current_setting('casefile.court_code', true)));
comment on policy select_own_court on core.cases is 'An officer reaches the cases of its own court.';

create policy insert_own_court on core.cases for insert
to hmcts_case_officer
with check (court_code = (select current_setting('casefile.court_code', true)));
comment on policy insert_own_court on core.cases is 'An officer creates cases in its own court.';

create policy update_own_court on core.cases for update
to hmcts_case_officer
using (court_code = (select current_setting('casefile.court_code', true)));

comment on policy update_own_court on core.cases is
'An officer changes the cases of its own court; what of them, the column grants and tg_cases__guard say.';

-- db/policies/core.documents.sql
create policy select_own on core.documents for select
to adopter
using (
  deleted_at is null
  and uploaded_by = (select current_setting('casefile.user_id', true))
  and case_id in (select unnest(core.reached_case_ids()))
);
comment on policy select_own on core.documents is 'An adopter sees what it uploaded itself.';

create policy update_own_upload on core.documents for update
to hmcts_case_officer, cafcass_officer, la_social_worker, vaa_worker, adopter
using (
  upload_status = 'uploading'
  and uploaded_by = (select current_setting('casefile.user_id', true))
  and exists (select from core.cases as c where c.id = case_id and c.deleted_at is null offset 0)
)
with check (true);
comment on policy update_own_upload on core.documents is 'Whoever uploads ends the upload.';
