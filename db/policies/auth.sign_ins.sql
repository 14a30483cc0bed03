-- Which sessions were opened, and which refused: written and read by the functions of auth, read by administrators.

alter table auth.sign_ins enable row level security;
alter table auth.sign_ins force row level security;

create policy select_to_owner on auth.sign_ins for select
to casefile_owner
using (true);
comment on policy select_to_owner on auth.sign_ins is 'An administrator works as the owner.';

create policy insert_to_owner on auth.sign_ins for insert
to casefile_owner
with check (true);
comment on policy insert_to_owner on auth.sign_ins is 'Functions of the owner write it.';

revoke all on auth.sign_ins from public;
