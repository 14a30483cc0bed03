-- Number series: core.tg_cases__number and core.tg_cases__tally move them. Their tallies are for users who reach
-- all cases of a court.

alter table core.case_number_series enable row level security;
alter table core.case_number_series force row level security;

create policy select_own_court on core.case_number_series for select
to hmcts_case_officer
using (court_code = any (array[(select core.claim('court_code'))]));
comment on policy select_own_court on core.case_number_series is
'An officer, of its own court. Nobody else: core.count_cases takes a tally that it sees for the number of cases within reach.';

create policy all_to_owner on core.case_number_series for all
to casefile_owner
using (true) with check (true);
comment on policy all_to_owner on core.case_number_series is
'core.tg_cases__number takes the next number as the owner, core.tg_cases__tally counts.';

revoke all on core.case_number_series from public;
grant select on core.case_number_series to casefile_caller;
