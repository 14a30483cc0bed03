-- Everybody may read courts.

alter table core.courts enable row level security;
alter table core.courts force row level security;

create policy select_any on core.courts for select
to casefile_caller
using (true);
comment on policy select_any on core.courts is 'Everybody sees every court.';

create policy all_to_owner on core.courts for all
to casefile_owner
using (true);
comment on policy all_to_owner on core.courts is 'An administrator adds and renames courts; the owner''s login functions look them up.';

revoke all on core.courts from public;
grant select on core.courts to casefile_caller;
