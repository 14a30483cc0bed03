-- Take an Idempotency-Key for a request
create or replace function core.take_key(p_key text, p_request_sha256 bytea)
returns boolean
language plpgsql
volatile
security definer
set search_path = ''
-- A plan made while the table was empty would read all of it, until the next analyze.
set enable_seqscan = off
as $$
declare
  v_role core.user_role := core.caller_role();
  v_user_id text := core.actor();
  v_court_code text := nullif(core.claim('court_code'), '');
  v_organisation_id text := nullif(core.claim('organisation_id'), '');
  v_kept core.kept_answers;
begin
  -- A second request waits here until the first has committed. An expired key counts as new, and so does one without
  -- an answer.
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
    return true;
  end if;

  -- The upsert locks the row even without taking it over, which keeps the sweep out.
  select * into v_kept
  from core.kept_answers as k
  where k.user_role = v_role and k.user_id = v_user_id and k.key = p_key;

  if (v_kept.court_code, v_kept.organisation_id, v_kept.request_sha256)
    is distinct from (v_court_code, v_organisation_id, p_request_sha256)
  then
    raise exception using errcode = 'JCKEY', message = 'This Idempotency-Key was used for another request. Use a new key';
  end if;

  return false;
end;
$$;

comment on function core.take_key(text, bytea) is
'True if the key is new: it then belongs to the caller until the end of the transaction. False if the same request has its answer
already. Definer: nothing else may write keys.
Errors: JCKEY another request, or the caller''s court or organisation is another; 23514 an empty key, or one beyond its limit.';

revoke all on function core.take_key(text, bytea) from public;
grant execute on function core.take_key(text, bytea) to casefile_caller;
