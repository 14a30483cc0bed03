-- Changes of the directory: written and read by the functions of auth, read by administrators.

alter table auth.directory_changes enable row level security;
alter table auth.directory_changes force row level security;

create policy select_to_owner on auth.directory_changes for select
to casefile_owner
using (true);
comment on policy select_to_owner on auth.directory_changes is 'An administrator works as the owner.';

create policy insert_to_owner on auth.directory_changes for insert
to casefile_owner
with check (true);
comment on policy insert_to_owner on auth.directory_changes is 'Functions of the owner write it.';

revoke all on auth.directory_changes from public;
