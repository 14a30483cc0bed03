create type api.audit_entry as (
  id text,
  case_id uuid,
  action text,
  actor text,
  actor_role text,
  occurred_at timestamptz,
  changes jsonb,
  request_id uuid
);
