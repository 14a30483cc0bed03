-- migrate:up

set local check_function_bodies = off;

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

revoke all on function auth.find_session(bytea) from public;
grant execute on function auth.find_session(bytea) to casefile_api;

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

comment on function auth.limit_sessions(text, core.user_role) is
'Of the sessions of one user in one role, ends those that would expire first, so that they are twenty with the one to come.
Logins at the very same time may each leave one more, until the next.';

revoke all on function auth.limit_sessions(text, core.user_role) from public;

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
-- Or a plan made while the table was empty would read all of it, until the next analyze.
set enable_seqscan = off
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

-- migrate:down

set local check_function_bodies = off;

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

-- db/functions/auth/find_session.sql
-- The session of a token
create or replace function auth.find_session(p_token_sha256 bytea)
returns auth.sessions
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_session auth.sessions;
begin
  select * into v_session
  from auth.sessions as s
  where s.token_sha256 = p_token_sha256 and s.expires_at > now();

  return v_session;
end;
$$;

comment on function auth.find_session(bytea) is
'The session, unless it has expired; null for none. Definer: the server may not read the table.';

revoke all on function auth.find_session(bytea) from public;
grant execute on function auth.find_session(bytea) to casefile_api;
