-- Record a denied access
create or replace function audit.record_refusal(p_case_id uuid, p_operation text, p_reason text)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
-- A plan made while the table was empty would read all of it until the next analyze, or sort all of the user's rows.
set enable_seqscan = off
set enable_sort = off
set enable_bitmapscan = off
as $$
declare
  v_user_id text := core.actor();
  v_user_role text := coalesce(core.caller_role()::text, 'DATABASE');
  v_client_address text := audit.client_address();
  v_since timestamptz := clock_timestamp() - interval '1 minute';
  v_latest audit.refusals;
begin
  -- Reads only this user's rows of this minute, so that older rows add no cost.
  for v_latest in
    select * from audit.refusals as r where r.user_id = v_user_id order by r.id desc
  loop
    exit when v_latest.occurred_at <= v_since;

    if (v_latest.user_role, v_latest.operation, v_latest.reason) = (v_user_role, p_operation, p_reason)
      and (v_latest.case_id, v_latest.client_address) is not distinct from (p_case_id, v_client_address)
    then
      update audit.refusals set times = times + 1 where id = v_latest.id;
      return;
    end if;
  end loop;

  insert into audit.refusals (case_id, operation, user_id, user_role, reason, request_id, client_address)
  values (
    p_case_id, p_operation, v_user_id, v_user_role, p_reason,
    nullif(current_setting('casefile.request_id', true), '')::uuid, v_client_address
  );
end;
$$;

comment on function audit.record_refusal(uuid, text, text) is
'Appends to audit.refusals. The same refusal within a minute (user, role, operation, case, reason, address) is counted in one row,
because a refused program may try again endlessly. Simultaneous refusals may each have a row. For audit.explain_refusal only,
which runs as the owner.';

revoke all on function audit.record_refusal(uuid, text, text) from public;
