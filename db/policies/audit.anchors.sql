-- Anchors that were taken: written by audit.record_anchor, read by DBAs.

alter table audit.anchors enable row level security;
alter table audit.anchors force row level security;

create policy select_to_owner on audit.anchors for select
to casefile_owner
using (true);
comment on policy select_to_owner on audit.anchors is 'An administrator works as the owner.';

create policy insert_to_owner on audit.anchors for insert
to casefile_owner
with check (true);
comment on policy insert_to_owner on audit.anchors is 'audit.record_anchor alone records them.';

revoke all on audit.anchors from public;
