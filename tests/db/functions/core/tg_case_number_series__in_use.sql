\ir ../../fixtures.psql

create function fixture.year() returns integer language sql as $$
  select extract(year from now() at time zone 'Europe/London')::integer;
$$;

select is(outcome('officer', $$select api.create_case('AGENCY_ADOPTION'), api.create_case('AGENCY_ADOPTION')$$), 'ok', 'numbers of cases');
select is(
  outcome($$insert into core.cases (id, court_code, case_type) values (id_of('ours'), 'BFC', 'AGENCY_ADOPTION') on conflict do nothing$$), 'JCFIX',
  'a number taken, and no case made'
);
select act_as_dba();
select is(
  outcome($$update core.case_number_series set last_number = last_number + 1 where (court_code, year) = ('BFC', year())$$), 'JCFIX',
  'a series moved by hand'
);
select is(outcome($$insert into core.case_number_series values ('BFC', 1999, 1, 0)$$), 'JCFIX', 'or begun');
set local session_replication_role = replica;
select is(outcome($$insert into core.case_number_series values ('BFC', 1999, 1, 0)$$), 'JCFIX', 'in a replica''s session, too');

select * from finish();
rollback;
