-- Restores: written by auth.after_restore, read by administrators.

alter table audit.restores enable row level security;
alter table audit.restores force row level security;

create policy select_to_owner on audit.restores for select
to casefile_owner
using (true);
comment on policy select_to_owner on audit.restores is 'An administrator works as the owner.';

create policy insert_to_owner on audit.restores for insert
to casefile_owner
with check (true);
comment on policy insert_to_owner on audit.restores is 'auth.after_restore alone records them.';

revoke all on audit.restores from public;
