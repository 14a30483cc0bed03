-- Keep the answer to a write under its Idempotency-Key
create or replace function api.keep_answer(p_key text, p_answer anyelement)
returns anyelement
language plpgsql
volatile
security definer
set search_path = ''
-- A plan made while the table was empty would read all of it, until the next analyze.
set enable_seqscan = off
as $$
declare
  v_answer jsonb := coalesce(to_jsonb(p_answer), 'null');
begin
  if octet_length(v_answer::text) > 1048576 then
    perform core.refuse(row('answer', 'TOO_LONG', 'An answer of more than 1 MiB cannot be kept'));
  end if;

  -- Even an empty answer is one: the work is done.
  update core.kept_answers as k
  set answer = v_answer
  where k.user_role = core.caller_role() and k.user_id = core.actor() and k.key = p_key and k.answer is null;

  if not found then
    raise exception using errcode = 'JCKEY', message = 'This Idempotency-Key has not been claimed';
  end if;

  return p_answer;
end;
$$;

comment on function api.keep_answer(text, anyelement) is
'Keeps an answer, which api.claim_key returns later, and returns it. Definer: nothing else may read or write kept answers.
Errors: JCVAL more than 1 MiB; JCKEY the caller has not claimed the key, or has its answer already.';

revoke all on function api.keep_answer(text, anyelement) from public;
grant execute on function api.keep_answer(text, anyelement) to casefile_caller;
