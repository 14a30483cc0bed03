-- Where this database lives: for functions of the owner.

alter table auth.home enable row level security;
alter table auth.home force row level security;

create policy all_to_owner on auth.home for all
to casefile_owner
using (true) with check (true);
comment on policy all_to_owner on auth.home is 'auth.check_home compares it, auth.take_mark and auth.after_restore write it.';

revoke all on auth.home from public;
