-- The security audit: written by audit.explain_refusal, read by DBAs.

alter table audit.refusals enable row level security;
alter table audit.refusals force row level security;

create policy insert_to_owner on audit.refusals for insert
to casefile_owner
with check (true);
comment on policy insert_to_owner on audit.refusals is 'audit.explain_refusal alone writes refusals.';

revoke all on audit.refusals from public;
