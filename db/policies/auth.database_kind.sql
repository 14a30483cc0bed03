-- The kind of database: written and read by the functions of auth, read by administrators.

alter table auth.database_kind enable row level security;
alter table auth.database_kind force row level security;

create policy select_to_owner on auth.database_kind for select
to casefile_owner
using (true);
comment on policy select_to_owner on auth.database_kind is 'An administrator works as the owner.';

create policy insert_to_owner on auth.database_kind for insert
to casefile_owner
with check (true);
comment on policy insert_to_owner on auth.database_kind is 'Functions of the owner write it.';

revoke all on auth.database_kind from public;
