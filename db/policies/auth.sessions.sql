-- Sessions: for the definer functions of auth alone.

alter table auth.sessions enable row level security;
alter table auth.sessions force row level security;

create policy all_to_owner on auth.sessions for all
to casefile_owner
using (true) with check (true);
comment on policy all_to_owner on auth.sessions is 'The server opens, resumes and ends sessions through functions of the owner.';

revoke all on auth.sessions from public;
