\ir ../../fixtures.psql

-- The same as core.newest_cases, in the words of the API.
create function fixture.numbers(p_records api.case_record[]) returns text[] language sql as $$
  select array(select r.case_number from unnest(p_records) with ordinality as r order by r.ordinality);
$$;
create function fixture.numbers_of(p_found core.page_cursor[]) returns text[] language plpgsql as $$
begin
  return array(
    select c.case_number from unnest(p_found) with ordinality as f join core.cases as c on c.id = f.id order by f.ordinality
  );
end;
$$;
create function fixture.agree(p_name text) returns setof text language plpgsql as $$
begin
  perform act_as(p_name);
  return next is(
    numbers(core.newest_records(null, 0, 100)), numbers_of(core.newest_cases(null, null, 0, 100)), p_name || ': the order is that of core.newest_cases'
  );
  return next is(
    numbers(core.newest_records(null, 1, 2)), numbers_of(core.newest_cases(null, null, 1, 2)), p_name || ': an offset gives the same as in core.newest_cases'
  );
  return query select is(
    numbers(core.newest_records(f, 0, 2)), numbers_of(core.newest_cases(null, f, 0, 2)), p_name || ': a place gives the same as in core.newest_cases: ' || f.sort_key
  )
  from unnest(core.newest_cases(null, null, 0, 100)) as f;
end;
$$;
\ir ../../caseload.psql
select act_as_dba();
select agree(c.name) from callers as c;

select act_as('LA_SOCIAL_WORKER', 'social.one', null, 'la.two');
select is(cardinality(core.newest_records(null, 0, 9)), 2, 'own cases and those of the authority are listed together');
select act_as('LA_SOCIAL_WORKER', 'social.one', null, 'la.one');
select is(cardinality(core.newest_records(null, 0, 9)), 1, 'a case that is reached in two ways is listed once');
select act_as('officer');
select is(r, (api.get_case(r.id)).case_record, 'each record is the same as when it is read alone') from unnest(core.newest_records(null, 0, 2)) as r;

select * from finish();
rollback;
