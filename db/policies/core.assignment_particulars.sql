-- Who assigned and who revoked: for everybody who reaches the case, but adopters.

alter table core.assignment_particulars enable row level security;
alter table core.assignment_particulars force row level security;

create policy select_reached on core.assignment_particulars for select
to hmcts_case_officer, casefile_professional
using (exists (select from core.assignments as a where a.id = assignment_id offset 0));
comment on policy select_reached on core.assignment_particulars is
'Whoever reaches the case, by the policies of core.assignments. None for adopters: that is their redaction.';

create policy all_to_owner on core.assignment_particulars for all
to casefile_owner
using (true) with check (true);
comment on policy all_to_owner on core.assignment_particulars is 'core.tg_assignments__particulars alone writes them.';

revoke all on core.assignment_particulars from public;
grant select on core.assignment_particulars to casefile_caller;
