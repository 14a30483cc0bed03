create table auth.directory_changes (
  id bigint generated always as identity primary key,
  occurred_at timestamptz not null default clock_timestamp(),
  actor text not null,
  entity text not null constraint directory_changes_entity_known check (entity in ('user', 'membership', 'claim rule')),
  entity_id text not null,
  before jsonb,
  after jsonb not null
);

comment on table auth.directory_changes is 'Each change of the directory, written by a trigger. Append-only.';
comment on column auth.directory_changes.actor is 'The database login.';
comment on column auth.directory_changes.before is 'The row as it was; null for a new one.';
