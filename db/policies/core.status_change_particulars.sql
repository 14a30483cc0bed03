-- Users and reasons of changes: for everybody who reaches the case, except adopters.

alter table core.status_change_particulars enable row level security;
alter table core.status_change_particulars force row level security;

create policy select_own_court on core.status_change_particulars for select
to hmcts_case_officer
using (court_code = any (array[(select core.claim('court_code'))]));
comment on policy select_own_court on core.status_change_particulars is 'An officer, of the cases of its own court.';

create policy select_reached on core.status_change_particulars for select
to casefile_professional
using (exists (select from core.case_reach as r where r.case_id = status_change_particulars.case_id offset 0));
comment on policy select_reached on core.status_change_particulars is
'Everybody else, of the cases that it reaches. None for adopters: that is their redaction.';

create policy select_to_owner on core.status_change_particulars for select
to casefile_owner
using (true);
comment on policy select_to_owner on core.status_change_particulars is 'audit.case_image records the reason.';

create policy insert_to_owner on core.status_change_particulars for insert
to casefile_owner
with check (true);
comment on policy insert_to_owner on core.status_change_particulars is 'core.tg_cases__history alone writes history.';

revoke all on core.status_change_particulars from public;
grant select on core.status_change_particulars to casefile_caller;
