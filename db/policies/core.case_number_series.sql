-- Number series: for core.tg_cases__number alone.

alter table core.case_number_series enable row level security;
alter table core.case_number_series force row level security;

drop policy if exists all_to_owner on core.case_number_series;
create policy all_to_owner on core.case_number_series for all
to casefile_owner
using (true) with check (true);
comment on policy all_to_owner on core.case_number_series is 'core.tg_cases__number takes the next number as the owner.';

revoke all on core.case_number_series from public;
