-- The audit trail: for officers of the court and judges of the case. Nobody writes it but the audit triggers.

alter table audit.entries enable row level security;
alter table audit.entries force row level security;

create policy select_own_court on audit.entries for select
to hmcts_case_officer
using (court_code = any (array[(select core.claim('court_code'))]));
comment on policy select_own_court on audit.entries is
'An officer, what was done in its own court, to deleted cases too.';

create policy select_reached on audit.entries for select
to judge_legal_adviser
using (exists (select from core.case_reach as r where r.case_id = entries.case_id offset 0));
comment on policy select_reached on audit.entries is
'A judge, of the cases that it reaches.';

create policy select_to_owner on audit.entries for select
to casefile_owner
using (true);
comment on policy select_to_owner on audit.entries is 'audit.find_broken_chains recomputes the digests.';

create policy insert_to_owner on audit.entries for insert
to casefile_owner
with check (true);
comment on policy insert_to_owner on audit.entries is 'audit.append alone writes entries.';

revoke all on audit.entries from public;
grant select on audit.entries to hmcts_case_officer, judge_legal_adviser;
