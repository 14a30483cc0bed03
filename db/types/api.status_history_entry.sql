create type api.status_history_entry as (
  from_status text, to_status text, changed_at timestamptz, changed_by text
);
