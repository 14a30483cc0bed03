-- The security audit: written by audit.explain_refusal, swept by auth.sweep, read by DBAs.

alter table audit.refusals enable row level security;
alter table audit.refusals force row level security;

create policy all_to_owner on audit.refusals for all
to casefile_owner
using (true) with check (true);
comment on policy all_to_owner on audit.refusals is
'audit.explain_refusal alone writes and counts refusals, and auth.sweep removes old ones; triggers refuse all else.';

revoke all on audit.refusals from public;
