-- migrate:up

-- Written by scripts/gen-migration: what the sources in db/ say anew.

-- Bodies may name functions that come later.
set local check_function_bodies = off;

-- db/functions/api/claim_key.sql
-- Claim the Idempotency-Key of a write
create or replace function api.claim_key(p_key text, p_request_sha256 bytea)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = ''
-- Or a plan made while the table was empty would read all of it, until the next analyze.
set enable_seqscan = off
as $$
declare
  v_answer jsonb;
begin
  if core.take_key(p_key, p_request_sha256) then
    return null;
  end if;

  -- The policy knows whether the caller still reaches the case.
  select k.answer into v_answer
  from core.kept_answers as k
  where k.user_role = core.caller_role() and k.user_id = core.actor() and k.key = p_key;

  if not found then
    raise exception using errcode = 'JCMIS', message = 'Case not found';
  end if;

  -- For the server, which tells its client. A command, as set_config is not for callers.
  set local casefile.is_replay = 'on';
  return v_answer;
end;
$$;

-- migrate:down

-- Bodies may name functions that come later.
set local check_function_bodies = off;

-- db/functions/api/claim_key.sql
-- Claim the Idempotency-Key of a write
create or replace function api.claim_key(p_key text, p_request_sha256 bytea)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = ''
-- Or a plan made while the table was empty would read all of it, until the next analyze.
set enable_seqscan = off
as $$
declare
  v_answer jsonb;
  v_settings text;
begin
  if core.take_key(p_key, p_request_sha256) then
    return null;
  end if;

  -- The policy knows whether the caller still reaches the case.
  select k.answer into v_answer
  from core.kept_answers as k
  where k.user_role = core.caller_role() and k.user_id = core.actor() and k.key = p_key;

  if not found then
    raise exception using errcode = 'JCMIS', message = 'Case not found';
  end if;

  -- For the server, which tells its client.
  v_settings := set_config('casefile.is_replay', 'on', true);
  return v_answer;
end;
$$;
