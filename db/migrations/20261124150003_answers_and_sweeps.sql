-- migrate:up

set local check_function_bodies = off;

-- db/functions/auth/limit_sessions.sql
-- Make room for one more session of a user
create or replace function auth.limit_sessions(p_user_id text, p_user_role core.user_role)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
-- Or a plan made while the table was empty would, in a flood of logins, read all of it for each.
set enable_seqscan = off
as $$
begin
  -- A session that somebody else has locked is being used or ended: waiting for it, two logins could wait for each other.
  delete from auth.sessions
  where ctid = any (array(
    select s.ctid
    from auth.sessions as s
    where s.token_sha256 in (
      select o.token_sha256
      from auth.sessions as o
      where o.user_id = p_user_id and o.user_role = p_user_role
      order by o.expires_at desc
      offset 19
    )
    for update of s skip locked
  ));
end;
$$;

comment on function auth.limit_sessions(text, core.user_role) is
'Of the sessions of one user in one role, ends those that would expire first, so that they are twenty with the one to come.
Logins at the very same time may each leave one more, until the next.';

revoke all on function auth.limit_sessions(text, core.user_role) from public;

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

revoke all on function auth.log_in(bytea, bytea, text, text, text, text, text) from public;
grant execute on function auth.log_in(bytea, bytea, text, text, text, text, text) to casefile_api;

-- db/functions/auth/sweep.sql
-- Remove what has expired
create or replace function auth.sweep(p_limit integer)
returns integer
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_sessions integer;
  v_answers integer;
begin
  -- Whoever has a row locked is about to remove it, or to take it over.
  delete from auth.sessions
  where ctid = any (array(
    select s.ctid from auth.sessions as s where s.expires_at <= now() order by s.expires_at limit p_limit for update skip locked
  ));
  get diagnostics v_sessions = row_count;

  delete from core.kept_answers
  where ctid = any (array(
    select k.ctid from core.kept_answers as k where k.expires_at <= now() order by k.expires_at limit p_limit for update skip locked
  ));
  get diagnostics v_answers = row_count;

  return greatest(v_sessions, v_answers);
end;
$$;

comment on function auth.sweep(integer) is
'Removes expired sessions and expired answers, of each no more than the limit; how many of the one of which there were more.
As long as that is the limit, there is more to do. Definer: the server may not write the tables.';

revoke all on function auth.sweep(integer) from public;
grant execute on function auth.sweep(integer) to casefile_api;

-- db/functions/worker/measure_queue.sql
-- How much work waits
create or replace function worker.measure_queue()
returns worker.queue_state
language sql
stable
security definer
set search_path = ''
as $$
  select row(count(*), coalesce(extract(epoch from now() - min(j.queued_at)), 0))::worker.queue_state
  from core.document_jobs as j
  where j.leased_until is null or j.leased_until < now();
$$;

comment on function worker.measure_queue() is
'How many documents wait for a worker, and for how many seconds the oldest has; those that a worker has at the moment do not
wait. Reads the queue alone. Definer: the server, which reports it, may not read the table.';

revoke all on function worker.measure_queue() from public;
grant execute on function worker.measure_queue() to casefile_api;

-- db/functions/api/claim_key.sql
-- Claim the Idempotency-Key of a write
create or replace function api.claim_key(p_key text, p_request_sha256 bytea)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
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

comment on function api.claim_key(text, bytea) is
'The answer that this caller got to this very request; null when the key is new, and the caller''s until the end of the
transaction: api.keep_answer is next. A rollback frees it. Definer: answers are nobody''s to read or write otherwise.
Errors: JCKEY another request, or the caller''s court or organisation is another; 23514 an empty key, or one beyond its
limit.';

revoke all on function api.claim_key(text, bytea) from public;
grant execute on function api.claim_key(text, bytea) to casefile_caller;

-- db/functions/api/keep_answer.sql
-- Keep the answer to a write under its Idempotency-Key
create or replace function api.keep_answer(p_key text, p_answer anyelement)
returns anyelement
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  -- Even an empty answer is one: the work is done.
  update core.kept_answers as k
  set answer = coalesce(to_jsonb(p_answer), 'null')
  where k.user_role = core.caller_role() and k.user_id = core.actor() and k.key = p_key and k.answer is null;

  if not found then
    raise exception using errcode = 'JCKEY', message = 'This Idempotency-Key has not been claimed';
  end if;

  return p_answer;
end;
$$;

comment on function api.keep_answer(text, anyelement) is
'Returns what it is given, once it is kept for api.claim_key to give again. Definer: answers are nobody''s to read or write
otherwise.
Errors: JCKEY the caller has not claimed the key, or has its answer already.';

revoke all on function api.keep_answer(text, anyelement) from public;
grant execute on function api.keep_answer(text, anyelement) to casefile_caller;

-- db/policies/core.document_jobs.sql
-- The queue: for the worker, for the trigger that fills it, and for who measures it.

alter table core.document_jobs enable row level security;
alter table core.document_jobs force row level security;

drop policy if exists all_to_processor on core.document_jobs;
create policy all_to_processor on core.document_jobs for all
to document_processor
using (true)
with check (true);
comment on policy all_to_processor on core.document_jobs is 'The worker takes, gives back and ends jobs.';

drop policy if exists insert_to_owner on core.document_jobs;
create policy insert_to_owner on core.document_jobs for insert
to casefile_owner
with check (true);
comment on policy insert_to_owner on core.document_jobs is 'core.tg_documents__queue alone adds jobs.';

drop policy if exists select_to_owner on core.document_jobs;
create policy select_to_owner on core.document_jobs for select
to casefile_owner
using (true);
comment on policy select_to_owner on core.document_jobs is 'worker.measure_queue counts them.';

revoke all on core.document_jobs from public;
grant select, delete on core.document_jobs to document_processor;
grant update (attempts, run_at, lease, leased_until, last_failure) on core.document_jobs to document_processor;

-- db/policies/core.kept_answers.sql
-- Kept answers: for api.claim_key, api.keep_answer and auth.sweep alone. They hold what a caller was told of a case.

alter table core.kept_answers enable row level security;
alter table core.kept_answers force row level security;

drop policy if exists all_to_owner on core.kept_answers;
create policy all_to_owner on core.kept_answers for all
to casefile_owner
using (true) with check (true);
comment on policy all_to_owner on core.kept_answers is
'Callers claim keys and are answered through functions of the owner, which look at no rows but the caller''s.';

revoke all on core.kept_answers from public;

-- migrate:down

set local check_function_bodies = off;

-- db/policies/core.kept_answers.sql
drop policy if exists all_to_owner on core.kept_answers;

-- db/policies/core.document_jobs.sql
drop policy if exists select_to_owner on core.document_jobs;
-- The queue: for the worker, and for the trigger that fills it.

alter table core.document_jobs enable row level security;
alter table core.document_jobs force row level security;

drop policy if exists all_to_processor on core.document_jobs;
create policy all_to_processor on core.document_jobs for all
to document_processor
using (true)
with check (true);
comment on policy all_to_processor on core.document_jobs is 'The worker takes, gives back and ends jobs.';

drop policy if exists insert_to_owner on core.document_jobs;
create policy insert_to_owner on core.document_jobs for insert
to casefile_owner
with check (true);
comment on policy insert_to_owner on core.document_jobs is 'core.tg_documents__queue alone adds jobs.';

revoke all on core.document_jobs from public;
grant select, delete on core.document_jobs to document_processor;
grant update (attempts, run_at, lease, leased_until, last_failure) on core.document_jobs to document_processor;

-- db/functions/api/keep_answer.sql
drop function api.keep_answer(text, anyelement);

-- db/functions/api/claim_key.sql
drop function api.claim_key(text, bytea);

-- db/functions/worker/measure_queue.sql
drop function worker.measure_queue();

-- db/functions/auth/sweep.sql
drop function auth.sweep(integer);

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
'Opens a session, and ends the one that the browser had. Definer: the server may not write the table.
Errors: JCVAL no user name, unknown role or court; 23514 a text beyond its limit.';

revoke all on function auth.log_in(bytea, bytea, text, text, text, text, text) from public;
grant execute on function auth.log_in(bytea, bytea, text, text, text, text, text) to casefile_api;

-- db/functions/auth/limit_sessions.sql
drop function auth.limit_sessions(text, core.user_role);
