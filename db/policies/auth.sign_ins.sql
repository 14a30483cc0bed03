-- Which sessions were opened, and which refused: written and read by the functions of auth, read by administrators.

alter table auth.sign_ins enable row level security;
alter table auth.sign_ins force row level security;

create policy all_to_owner on auth.sign_ins for all
to casefile_owner
using (true) with check (true);
comment on policy all_to_owner on auth.sign_ins is
'Functions of the owner write it, auth.sweep removes what is old, and an administrator reads it as the owner; triggers refuse all else.';

revoke all on auth.sign_ins from public;
