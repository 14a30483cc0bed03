-- Gaps in the number series: written by core.pass_over_numbers.

alter table core.case_number_gaps enable row level security;
alter table core.case_number_gaps force row level security;

create policy select_own_court on core.case_number_gaps for select
to hmcts_case_officer
using (court_code = any (array[(select core.claim('court_code'))]));
comment on policy select_own_court on core.case_number_gaps is
'An officer, of its own court: core.tg_case_number_series__in_use runs as the user who creates a case.';

create policy select_to_owner on core.case_number_gaps for select
to casefile_owner
using (true);
comment on policy select_to_owner on core.case_number_gaps is 'For core.pass_over_numbers, and for administrators.';

create policy insert_to_owner on core.case_number_gaps for insert
to casefile_owner
with check (true);
comment on policy insert_to_owner on core.case_number_gaps is 'core.pass_over_numbers alone records them.';

revoke all on core.case_number_gaps from public;
grant select on core.case_number_gaps to hmcts_case_officer;
