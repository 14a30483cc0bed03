create table auth.database_kind (
  kind text primary key constraint database_kind_known check (kind in ('LOCAL', 'TEST', 'DEV', 'PROD')),
  marked_at timestamptz not null default now()
);

comment on table auth.database_kind is 'What this database is for, marked once, when it is made. Append-only; one row at most.';

create unique index database_kind_one_row_key on auth.database_kind ((true));
