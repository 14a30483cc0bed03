-- Memberships: for the definer functions of auth only.

alter table auth.memberships enable row level security;
alter table auth.memberships force row level security;

create policy all_to_owner on auth.memberships for all
to casefile_owner
using (true) with check (true);
comment on policy all_to_owner on auth.memberships is 'Registrars manage the directory, and the server asks it, through functions of the owner.';

revoke all on auth.memberships from public;
