-- Participants of a case: for everybody who reaches it, except adopters.

alter table core.case_participants enable row level security;
alter table core.case_participants force row level security;

create policy select_own_court on core.case_participants for select
to hmcts_case_officer
using (court_code = any (array[(select core.claim('court_code'))]));
comment on policy select_own_court on core.case_participants is 'An officer, of the cases of its own court.';

create policy select_reached on core.case_participants for select
to casefile_professional
using (exists (select from core.case_reach as r where r.case_id = case_participants.case_id offset 0));
comment on policy select_reached on core.case_participants is
'Everybody else, of the cases that it reaches. None for adopters: that is their redaction.';

create policy all_to_owner on core.case_participants for all
to casefile_owner
using (true) with check (true);
comment on policy all_to_owner on core.case_participants is
'core.tg_assignments__participants and core.tg_organisation_links__participants alone write them.';

revoke all on core.case_participants from public;
grant select on core.case_participants to casefile_caller;
