-- Keep that an access was denied
create or replace function audit.record_refusal(p_case_id uuid, p_operation text, p_reason text)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
-- Or a plan made while the table was empty would read all of it, until the next analyze.
set enable_seqscan = off
as $$
declare
  v_user_id text := core.actor();
  v_user_role text := coalesce(core.caller_role()::text, 'DATABASE');
  v_client_address text := audit.client_address();
  v_since timestamptz := clock_timestamp() - interval '1 minute';
begin
  -- Looked for among the latest of this user alone: so it costs the same, however many there are.
  update audit.refusals as r
  set times = r.times + 1
  where r.id = (
    select s.id
    from (select * from audit.refusals as l where l.user_id = v_user_id order by l.id desc limit 100) as s
    where s.occurred_at > v_since
      and s.user_role = v_user_role and s.operation = p_operation and s.reason = p_reason
      and s.case_id is not distinct from p_case_id and s.client_address is not distinct from v_client_address
    order by s.id desc
    limit 1
  );

  if found then
    return;
  end if;

  insert into audit.refusals (case_id, operation, user_id, user_role, reason, request_id, client_address)
  values (
    p_case_id, p_operation, v_user_id, v_user_role, p_reason,
    nullif(current_setting('casefile.request_id', true), '')::uuid, v_client_address
  );
end;
$$;

comment on function audit.record_refusal(uuid, text, text) is
'Appends to audit.refusals; what is the same within a minute (user, role, operation, case, reason, address) is counted on one row,
as a program that is refused may try again without end. Those at the very same moment may each have a row. For
audit.explain_refusal alone, which runs as the owner.';

revoke all on function audit.record_refusal(uuid, text, text) from public;
