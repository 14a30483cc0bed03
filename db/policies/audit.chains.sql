-- The tips of the chains: for audit.append alone.

alter table audit.chains enable row level security;
alter table audit.chains force row level security;

create policy all_to_owner on audit.chains for all
to casefile_owner
using (true) with check (true);
comment on policy all_to_owner on audit.chains is 'audit.append moves the tip of a chain.';

revoke all on audit.chains from public;
