-- Read by database administrators, and by scripts/check-drift.

alter table audit.reference_changes enable row level security;
alter table audit.reference_changes force row level security;

create policy select_to_owner on audit.reference_changes for select
to casefile_owner
using (true);
comment on policy select_to_owner on audit.reference_changes is 'An administrator works as the owner.';

create policy insert_to_owner on audit.reference_changes for insert
to casefile_owner
with check (true);
comment on policy insert_to_owner on audit.reference_changes is 'audit.tg_record_reference_change writes as the owner.';

revoke all on audit.reference_changes from public;
