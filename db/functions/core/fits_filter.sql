-- Whether a filter finds a case
create or replace function core.fits_filter(p_case core.cases, p_filter core.case_filter)
returns boolean
language sql
stable
security invoker
as $$
  select (p_filter.status is null or p_case.status_place = core.status_place(p_filter.status))
    and (p_filter.case_type is null or p_case.case_type_place = core.case_type_place(p_filter.case_type))
    and (p_filter.since is null or p_case.scheduled_at >= p_filter.since)
    and (p_filter.before is null or p_case.scheduled_at < p_filter.before)
    and (
      p_filter.case_number is null
      or p_case.case_number >= p_filter.case_number collate "C"
      and p_case.case_number < p_filter.case_number || chr(1114111) collate "C" -- begins with it
    );
$$;

comment on function core.fits_filter(core.cases, core.case_filter) is
'Whether a filter finds a case. A plain expression of leakproof operators without settings, so that the planner inlines it and can
use an index.';

revoke all on function core.fits_filter(core.cases, core.case_filter) from public;
grant execute on function core.fits_filter(core.cases, core.case_filter) to casefile_caller;
