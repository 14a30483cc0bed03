-- The audit trail: for officers of the court and judges of the case. Nobody writes it but the audit triggers.

alter table audit.entries enable row level security;
alter table audit.entries force row level security;

drop policy if exists select_reached on audit.entries;
create policy select_reached on audit.entries for select
to hmcts_case_officer, judge_legal_adviser
using (exists (select from core.cases as c where c.id = case_id));
comment on policy select_reached on audit.entries is
'Whoever reaches the case, by the policies of core.cases; officers also that of a deleted case.';

drop policy if exists select_to_owner on audit.entries;
create policy select_to_owner on audit.entries for select
to casefile_owner
using (true);
comment on policy select_to_owner on audit.entries is 'audit.find_broken_chains recomputes the digests.';

drop policy if exists insert_to_owner on audit.entries;
create policy insert_to_owner on audit.entries for insert
to casefile_owner
with check (true);
comment on policy insert_to_owner on audit.entries is 'audit.append alone writes entries.';

revoke all on audit.entries from public;
grant select on audit.entries to hmcts_case_officer, judge_legal_adviser;
