-- Users: for the definer functions of auth only.

alter table auth.users enable row level security;
alter table auth.users force row level security;

create policy all_to_owner on auth.users for all
to casefile_owner
using (true) with check (true);
comment on policy all_to_owner on auth.users is 'Registrars manage the directory, and the server asks it, through functions of the owner.';

revoke all on auth.users from public;
