create table audit.restores (
  id bigint generated always as identity primary key,
  occurred_at timestamptz not null default clock_timestamp(),
  actor text not null,
  old_system_identifier text not null,
  system_identifier text not null,
  old_store_id uuid,
  store_id uuid not null,
  last_entry_id bigint,
  marked_entry_id bigint,
  marked_at timestamptz,
  sessions_ended integer not null,
  keys_ended integer not null,
  number_gap integer not null
);

comment on table audit.restores is 'Each time that this database was restored, or copied, and made ready to be served. Append-only.';
comment on column audit.restores.actor is 'The database login.';
comment on column audit.restores.last_entry_id is 'The newest entry of the audit trail that it has; null if it has none.';
comment on column audit.restores.marked_entry_id is 'The newest one that a server has seen, by the mark in the document store; null if there was no mark.';
comment on column audit.restores.number_gap is 'How many numbers each series passed over, beyond the last number known to be issued: see core.case_number_gaps.';
