-- Claim the Idempotency-Key of a write
create or replace function api.claim_key(p_key text, p_request_sha256 bytea)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = ''
-- A plan made while the table was empty would read all of it, until the next analyze.
set enable_seqscan = off
as $$
declare
  v_answer jsonb;
begin
  if core.take_key(p_key, p_request_sha256) then
    return null;
  end if;

  -- The policy checks that the caller still reaches the case.
  select k.answer into v_answer
  from core.kept_answers as k
  where k.user_role = core.caller_role() and k.user_id = core.actor() and k.key = p_key;

  if not found then
    raise exception using errcode = 'JCMIS', message = 'Case not found';
  end if;

  -- The server tells its client. Callers may not call set_config, but may SET.
  set local casefile.is_replay = 'on';
  return v_answer;
end;
$$;

comment on function api.claim_key(text, bytea) is
'The answer that this caller got to the same request, while the caller reaches the case. Null if the key is new: the key then
belongs to the caller until the end of the transaction, and api.keep_answer must follow. A rollback frees the key.
Errors: JCMIS the case is not within reach any more; JCKEY another request, or the caller''s court or organisation is another;
23514 an empty key, or one beyond its limit.';

revoke all on function api.claim_key(text, bytea) from public;
grant execute on function api.claim_key(text, bytea) to casefile_caller;
