-- Seals: written by audit.seal_journal, read by DBAs.

alter table audit.seals enable row level security;
alter table audit.seals force row level security;

create policy select_to_owner on audit.seals for select
to casefile_owner
using (true);
comment on policy select_to_owner on audit.seals is 'An administrator works as the owner.';

create policy insert_to_owner on audit.seals for insert
to casefile_owner
with check (true);
comment on policy insert_to_owner on audit.seals is 'audit.seal_journal alone makes them.';

revoke all on audit.seals from public;
