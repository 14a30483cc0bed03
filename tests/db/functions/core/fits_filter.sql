\ir ../../fixtures.psql
\ir ../../caseload.psql
select act_as_dba();

-- The tests of its three callers check its results. It must be inlined into their queries.
create function fixture.plan_of(p_query text) returns text language plpgsql as $$
declare
  v_line text;
  v_plan text := '';
begin
  for v_line in execute 'explain (costs off, verbose) ' || p_query loop
    v_plan := v_plan || v_line || e'\n';
  end loop;
  return v_plan;
end;
$$;

select unalike(
  plan_of($$select count(*) from core.cases as c where core.fits_filter(c, row('ON_HOLD', null, null, null, null)::core.case_filter)$$),
  '%fits_filter%', 'the planner inlines the function into the query'
);
select matches(
  plan_of($$select count(*) from core.cases as c where core.fits_filter(c, row('ON_HOLD', null, null, null, null)::core.case_filter)$$),
  'Filter: \(c\.status_place = ''8''::smallint\)', 'the planner drops conditions that are not asked for'
);

-- An officer's conditions run beside the policy; an index gets only leakproof ones.
select fill_court(2000);
select act_as_dba();
analyze core.cases;
select act_as('HMCTS_CASE_OFFICER', 'officer.three', 'MFC', null);
set local enable_bitmapscan = off;
select matches(
  plan_of(format($$
    select count(*) from core.cases as c where c.deleted_at is null and core.fits_filter(c, %s::core.case_filter)
  $$, f.filter)),
  'Index Only Scan using ' || f.index || ' .*Index Cond: .*court_code = .*' || f.condition,
  'an index serves the filter by ' || f.what
)
from (
  values
    ($$row('ON_HOLD', null, null, null, null)$$, 'cases_court_code_status_place_created_at_id_idx', 'c\.status_place = ', 'a status'),
    ($$row(null, 'FOSTER_TO_ADOPT', null, null, null)$$, 'cases_court_code_case_type_place_created_at_id_idx', 'c\.case_type_place = ', 'a type'),
    ($$row(null, null, '2024-01-01', '2024-01-02', null)$$, 'cases_court_code_scheduled_at_idx', 'c\.scheduled_at >= .*c\.scheduled_at < ', 'days'),
    ($$row(null, null, null, null, 'MFC/2024/1')$$, 'cases_court_code_case_number_idx', 'c\.case_number >= .*c\.case_number < ', 'a number')
) as f (filter, index, condition, what);

select * from finish();
rollback;
