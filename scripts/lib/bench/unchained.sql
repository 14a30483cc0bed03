-- For scripts/bench --chain: the audit without its chain, to see what that costs. No lock on the tip, no digest, no new tip.
create or replace function audit.append(
  p_case_id uuid,
  p_entity text,
  p_entity_id text,
  p_action audit.action,
  p_before jsonb,
  p_after jsonb
)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  insert into audit.entries (
    case_id, entity, entity_id, action, actor, actor_role, occurred_at, before, after, request_id, client_address, court_code, digest
  )
  select
    p_case_id, p_entity, p_entity_id, p_action, core.actor(), core.actor_role(), clock_timestamp(), p_before, p_after,
    nullif(current_setting('casefile.request_id', true), '')::uuid, audit.client_address(), c.court_code, sha256('')
  from core.cases as c
  where c.id = p_case_id;
end;
$$;
