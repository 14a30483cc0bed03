create table auth.database_kind (
  kind text primary key constraint database_kind_known check (kind in ('LOCAL', 'TEST', 'DEV', 'PROD')),
  marked_at timestamptz not null default now()
);

comment on table auth.database_kind is 'The purpose of this database, marked once, when it is created. Append-only; at most one row.';

create unique index database_kind_one_row_key on auth.database_kind ((true));
