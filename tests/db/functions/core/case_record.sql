\ir ../../fixtures.psql

-- Two queries, one answer: for every caller, of every case.
create function fixture.answers_agree(p_name text) returns setof text language plpgsql as $$
begin
  perform act_as(p_name);
  return query select is(
    array(select r from fixture.cases as c, core.case_record(c.id) as r where r.id is not null order by r.id),
    array(select r from unnest(core.case_records(array(select c.id from fixture.cases as c))) as r order by r.id),
    p_name || ': as in core.case_records'
  );
end;
$$;

select answers_agree(c.name) from fixture.callers as c;

select act_as('judge');
select is((core.case_record(id_of('ours'))).id, id_of('ours'), 'of the case asked for');
select is((core.case_record(id_of('theirs'))).id, null, 'null for a case out of reach');

select act_as('officer');
select is((core.case_record(id_of('deleted'))).id, null, 'null for a deleted case');

select * from finish();
rollback;
