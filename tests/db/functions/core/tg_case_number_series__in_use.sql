\ir ../../fixtures.psql

create function fixture.year() returns integer language sql as $$
  select extract(year from now() at time zone 'Europe/London')::integer;
$$;

select is(outcome('officer', $$select api.create_case('AGENCY_ADOPTION'), api.create_case('AGENCY_ADOPTION')$$), 'ok', 'numbers may be taken for new cases');
select is(
  outcome($$insert into core.cases (id, court_code, case_type) values (id_of('ours'), 'BFC', 'AGENCY_ADOPTION') on conflict do nothing$$), 'JCFIX',
  'a number that is taken without a new case is refused'
);
select act_as_dba();
select is(
  outcome($$update core.case_number_series set last_number = last_number + 1 where (court_code, year) = ('BFC', year())$$), 'JCFIX',
  'a series cannot be moved by hand'
);
select is(outcome($$insert into core.case_number_series values ('BFC', 1999, 1, 0)$$), 'JCFIX', 'a series cannot be begun by hand');
select is(outcome($$insert into core.case_number_series values ('MFC', year(), 1, 0)$$), 'JCFIX', 'a series cannot be begun in a court that has no case with that number');

-- A restore skips numbers.
insert into audit.restores (actor, old_system_identifier, system_identifier, store_id, sessions_ended, keys_ended, number_gap)
values ('a', '1', '2', core.new_id(), 0, 0, 5);
insert into core.case_number_gaps select 'MFC', 1999, 1, 5, r.id from audit.restores as r;
select is(outcome(format('insert into core.case_number_series values (%L, %s, %s, 0)', s.court, s.year, s.last)), s.code, 'a series for a recorded gap: ' || s.what)
from (
  values
    ('MFC', 1999, 5, 'ok', 'its last number is accepted'), ('MFC', 1999, 4, 'JCFIX', 'another number is refused'), ('MFC', 1998, 5, 'JCFIX', 'another year is refused'),
    ('BFC', 1999, 5, 'JCFIX', 'another court is refused')
) as s (court, year, last, code, what);
set local session_replication_role = replica;
select is(outcome($$insert into core.case_number_series values ('BFC', 1999, 1, 0)$$), 'JCFIX', 'the trigger also fires with session_replication_role = replica');

select * from finish();
rollback;
