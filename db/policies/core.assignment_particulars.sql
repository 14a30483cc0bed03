-- Assigning and revoking users: for everybody who reaches the case, not adopters.

alter table core.assignment_particulars enable row level security;
alter table core.assignment_particulars force row level security;

create policy select_own_court on core.assignment_particulars for select
to hmcts_case_officer
using (court_code = any (array[(select core.claim('court_code'))]));
comment on policy select_own_court on core.assignment_particulars is 'An officer, of the cases of its own court.';

create policy select_reached on core.assignment_particulars for select
to casefile_professional
using (exists (select from core.case_reach as r where r.case_id = assignment_particulars.case_id offset 0));
comment on policy select_reached on core.assignment_particulars is
'Everybody else, of the cases that it reaches. None for adopters: that is their redaction.';

create policy all_to_owner on core.assignment_particulars for all
to casefile_owner
using (true) with check (true);
comment on policy all_to_owner on core.assignment_particulars is 'core.tg_assignments__particulars alone writes them.';

revoke all on core.assignment_particulars from public;
grant select on core.assignment_particulars to casefile_caller;
