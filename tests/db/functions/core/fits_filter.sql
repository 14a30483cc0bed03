\ir ../../fixtures.psql

-- What it finds, the tests of its three callers say. It is to become a part of their queries.
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
  '%fits_filter%', 'the planner copies it into the query'
);
select matches(
  plan_of($$select count(*) from core.cases as c where core.fits_filter(c, row('ON_HOLD', null, null, null, null)::core.case_filter)$$),
  'Filter: \(c\.status = ''ON_HOLD''::core\.case_status\)', 'and leaves out what is not asked for'
);
set local enable_seqscan = off;
select matches(
  plan_of($$
    select count(*) from core.cases as c
    where c.court_code = 'BFC' and core.fits_filter(c, row(null, null, null, null, 'BFC/2026/0')::core.case_filter)
  $$),
  'Index Cond: .*case_number.*>=.*', 'so that an index serves a number'
);

select * from finish();
rollback;
