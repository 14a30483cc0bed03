-- migrate:up

-- Written by scripts/gen-migration: what the sources in db/ say anew.

-- Bodies may name functions that come later.
set local check_function_bodies = off;

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

-- migrate:down

-- Bodies may name functions that come later.
set local check_function_bodies = off;

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

  return core.claim('user_id');
end;
$$;

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
    core.claim('organisation_id')
  )::api.caller;
end;
$$;

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
declare
  v_claim text;
begin
  -- A plan that is shown would show the secret. This expression has none in it; the next is planned when it is reached.
  if pg_catalog.current_setting('debug_print_plan') operator(pg_catalog.=) 'off' then
    v_claim := pg_catalog.current_setting(
      auth.claims_prefix() operator(pg_catalog.||) p_name operator(pg_catalog.||) '_' operator(pg_catalog.||)
        pg_catalog.current_setting('role'),
      true
    );
  end if;

  -- Each begins with =, as a setting of an earlier transaction is empty, and not null.
  if v_claim is null or v_claim operator(pg_catalog.=) '' then
    raise exception using errcode = 'JCSES', message = 'Authentication required';
  end if;

  return case when v_claim operator(pg_catalog.<>) '=' then pg_catalog.substr(v_claim, 2) end;
end;
$$;

comment on function core.claim(text) is
'user_id, court_code or organisation_id of the session that this transaction has resumed in the role at work; null for one that it has
not. For policies, in a scalar sub-select. Definer: what auth.claim_session has set has a name that only the owner knows, so that nobody
becomes a caller by setting it.
Errors: JCSES no session was resumed in this role.';

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
begin
  -- Invoker, because a definer function may not set the role. All settings end with the transaction.
  perform
    set_config('casefile.request_id', coalesce(p_request_id::text, ''), true),
    set_config('casefile.client_address', coalesce(p_client_address, ''), true),
    set_config('application_name', 'casefile ' || coalesce(p_request_id::text, ''), true),
    set_config('role', lower(v_session.user_role::text), true);

  return v_session.expires_at < least(now() + interval '29 minutes', v_session.ends_at);
end;
$$;

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
-- A plan that is shown would show the secret.
set debug_print_plan = off
as $$
declare
  v_session auth.sessions;
  v_role text;
  v_set text;
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

  -- Under the name of the role, so that they are no other role's. Assignments, as these are not planned as queries, which
  -- extensions may log.
  v_role := lower(v_session.user_role::text);
  v_set := set_config(auth.claims_prefix() || 'user_id_' || v_role, '=' || v_session.user_id, true);
  v_set := set_config(auth.claims_prefix() || 'court_code_' || v_role, '=' || coalesce(v_session.court_code, ''), true);
  v_set := set_config(auth.claims_prefix() || 'organisation_id_' || v_role, '=' || coalesce(v_session.organisation_id, ''), true);

  return v_session;
end;
$$;

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
  return (select 'casefile.k' || s.value || '_' from auth.secrets as s where s.name = 'claims_prefix');
end;
$$;

comment on function auth.claims_prefix() is
'A secret of this database: whoever knows it can be anybody. For auth.claim_session and core.claim alone, which show it in no plan.';

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
  v_court_code text := core.claim('court_code');
  v_organisation_id text := core.claim('organisation_id');
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
  v_court_code text := core.claim('court_code');
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
