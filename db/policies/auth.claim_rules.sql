-- Rules that turn claims into memberships: for the definer functions of auth alone.

alter table auth.claim_rules enable row level security;
alter table auth.claim_rules force row level security;

create policy all_to_owner on auth.claim_rules for all
to casefile_owner
using (true) with check (true);
comment on policy all_to_owner on auth.claim_rules is 'Registrars manage the directory, and the server asks it, through functions of the owner.';

revoke all on auth.claim_rules from public;
