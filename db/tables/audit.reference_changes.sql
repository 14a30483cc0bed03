create table audit.reference_changes (
  id bigint generated always as identity primary key,
  occurred_at timestamptz not null default clock_timestamp(),
  actor text not null,
  table_name text not null,
  row_key text not null,
  before jsonb,
  after jsonb,
  constraint reference_changes_before_or_after check (before is not null or after is not null)
);

comment on table audit.reference_changes is
'Each change of a reference row (courts, status transitions, document types, file types), written by a trigger. Append-only. Rows
shipped with a new database are not recorded.';
comment on column audit.reference_changes.actor is 'The database login.';
comment on column audit.reference_changes.table_name is 'With its schema: core.courts.';
comment on column audit.reference_changes.row_key is 'The values of the primary key, with commas between them.';
comment on column audit.reference_changes.before is 'The row as it was; null for a new one.';
comment on column audit.reference_changes.after is 'The row as it became; null for one that was removed.';
