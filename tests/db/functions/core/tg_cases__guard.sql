\ir ../../fixtures.psql

-- A new case.
select act_as_dba();
insert into core.case_details (case_id, court_code) values ('00000000-0000-7000-8000-0000000000a1', 'BFC');
insert into core.cases
  (id, court_code, number_year, number_sequence, case_type, status_change_id, details_version, version, created_at, updated_at, deleted_at)
values
  ('00000000-0000-7000-8000-0000000000a1', 'BFC', 1, 1, 'AGENCY_ADOPTION', 1, 9, 9, '2000-01-01', '2000-01-01', '2000-01-01');
select results_eq(
  $$
    select c.status::text, c.status_change_id, c.details_version, c.version, c.created_at, c.updated_at, c.deleted_at
    from core.cases as c
    where c.id = '00000000-0000-7000-8000-0000000000a1'
  $$,
  $$select 'APPLICATION', null::bigint, 1, 1, now(), now(), null::timestamptz$$,
  'a new case begins now, at version 1, whatever is stated'
);
select throws_ok(
  $$insert into core.cases (court_code, case_type, status) values ('BFC', 'AGENCY_ADOPTION', 'DIRECTIONS')$$, 'JCFIX', null,
  'a new case with another status is refused'
);
select throws_ok(
  $$insert into core.cases (court_code, case_type, status_reason) values ('BFC', 'AGENCY_ADOPTION', 'why')$$, 'JCFIX', null,
  'a new case with a reason is refused'
);

-- A change.
select is(
  outcome(format('update core.cases set next_hearing = %L where id = id_of(%L)', t, 'bare')), 'JCVAL', 'a hearing in a year that cannot be written is refused: ' || t
) from unnest('{infinity,10000-01-01,0044-03-15 BC}'::text[]) as t;
update core.cases set next_hearing = '2030-01-01 09:00:00.123456Z' where id = id_of('ours');
select is(c.next_hearing, '2030-01-01 09:00:00.123Z', 'a hearing is stored to the millisecond') from core.cases as c where c.id = id_of('ours');
select is(
  moves(id_of('bare'), format('update core.cases set %s where id = id_of(%L)', c.change, 'bare')),
  '{1,1}', 'a change moves the version by one: ' || c.change
)
from (values ('next_hearing = now()'), ('next_hearing = null'), ('status = ''DIRECTIONS'''), ('version = 77, next_hearing = now()')) as c (change);
select cmp_ok(c.updated_at, '>', c.created_at, 'a change sets the time of the update') from core.cases as c where c.id = id_of('bare');
savepoint ahead;
alter table core.cases disable trigger user;
update core.cases set updated_at = now() + interval '1 hour' where id = id_of('bare');
alter table core.cases enable trigger user;
update core.cases set next_hearing = '2031-01-01' where id = id_of('bare');
select is(c.updated_at, now() + interval '1 hour', 'after the clock was set back, an update is no earlier than the one before') from core.cases as c where c.id = id_of('bare');
rollback to ahead;
select is(moves(id_of('bare'), format('update core.cases set %s where id = id_of(%L)', c, 'bare')), '{0,0}', 'an update without a change keeps the version: ' || c)
from unnest('{next_hearing = next_hearing,status = status,deleted_at = null,version = version + 1,updated_at = now()}'::text[]) as c;

select throws_ok(format('update core.cases set %s where id = id_of(%L)', c, 'bare'), 'JCFIX', null, 'this cannot be changed: ' || c)
from unnest('{
  id = core.new_id(),court_code = ''LDFC'',number_year = 1,number_sequence = 77,case_type = ''AGENCY_ADOPTION'',created_at = now() - interval ''1 s'',
  status_change_id = 1,status_reason = ''why'',details_version = 0,details_version = 2,details_version = 77
}'::text[]) as c;
select throws_ok(
  $$update core.cases set status = 'CONSENT_AND_REPORTING', case_type = 'AGENCY_ADOPTION' where id = id_of('bare')$$, 'JCFIX', null,
  'a fixed column cannot be changed together with another'
);

-- Details come with the change that uses them, even if tg_case_details__in_use would not notice at the end.
select act_as_dba();
select is(
  outcome(
    $$
      alter table core.case_details disable trigger user;
      insert into core.case_details (case_id, court_code, version, created_by) select id_of('bare'), 'BFC', n, 'x' from generate_series(2, 9) as n;
    $$ || format('update core.cases set %s where id = id_of(%L)', c.change, c.name)
  ), c.code, format('new details of bare need a change of bare that uses them: %s of %s', c.change, c.name)
)
from (
  values
    ('next_hearing = ''2031-01-01''', 'bare', 'JCFIX'), ('details_version = 77', 'bare', 'JCFIX'), ('details_version = version + 1', 'bare', 'ok'),
    ('next_hearing = ''2031-01-01''', 'ours', 'ok')
) as c (change, name, code);

-- Nobody changes a case that it cannot see, even if an update policy allows it.
alter policy update_own_court on core.cases using (deleted_at is null);
select is(outcome(c, 'update core.cases set next_hearing = now()'), 'JCMIS', 'a caller cannot change a case out of reach, even if a policy allows it: ' || c) from unnest('{officer,other_officer}'::text[]) as c;
select act_as_dba();
alter policy update_own_court on core.cases using (court_code = (select core.claim('court_code')));

-- core.permit_transition tests the transitions; this tests that they are checked.
select act_as('officer');
select is(outcome($$update core.cases set status = 'ORDER_GRANTED' where id = id_of('bare')$$), 'JCSTA', 'a change of status that is not allowed from here is refused');
select is(outcome($$update core.cases set status = 'ON_HOLD' where id = id_of('bare')$$), 'JCREA', 'a change of status that needs a reason is refused without one');
select is(
  outcome($$update core.cases set status = 'ON_HOLD', status_reason = ' ' where id = id_of('bare')$$),
  'JCREA', 'white space does not count as a reason'
);
select act_as_dba();
select new_case_in('heard', 'FINAL_HEARING');
select new_case_in('granted', 'ORDER_GRANTED');
select act_as('officer');
select is(outcome($$update core.cases set status = 'ORDER_GRANTED' where id = id_of('heard')$$), 'JCROL', 'an officer may not grant the order');
select is(outcome($$update core.cases set status = 'DIRECTIONS' where id = id_of('granted')$$), 'JCTRM', 'an outcome cannot be changed');
select is(
  moves(id_of('granted'), $$update core.cases set next_hearing = now() where id = id_of('granted')$$), '{1,1}',
  'a terminal case may still be worked on'
);
select act_as('judge');
select is(outcome($$update core.cases set status = 'ORDER_GRANTED' where id = id_of('heard')$$), 'ok', 'a judge may grant the order');

-- Deletion.
select act_as('officer');
select is(
  moves(id_of('bare'), $$update core.cases set deleted_at = 'infinity' where id = id_of('bare')$$),
  '{1,1}', 'a deletion moves the version and makes one entry'
);
select act_as_dba();
select is(c.deleted_at, c.updated_at, 'a deletion has the time of the update, not the stated time') from core.cases as c where c.id = id_of('bare');
select throws_ok(format('update core.cases set %s where id = id_of(%L)', c, 'bare'), 'JCFIX', null, 'a deleted case cannot be changed: ' || c)
from unnest('{deleted_at = null,deleted_at = now(),next_hearing = now(),status = ''ADJOURNED'',deleted_at = deleted_at}'::text[]) as c;

set local session_replication_role = replica;
select throws_ok($$update core.cases set deleted_at = null where id = id_of('bare')$$, 'JCFIX', null, 'the trigger also fires with session_replication_role = replica');

select * from finish();
rollback;
