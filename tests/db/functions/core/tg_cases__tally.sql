\ir ../../fixtures.psql

-- Each tally beside the actual count.
create function fixture.tally(p_court text) returns text language sql security definer as $$
  select format(
    '%s of %s', (select sum(s.case_count) from core.case_number_series as s where s.court_code = p_court),
    (select count(*) from core.cases as c where c.court_code = p_court and c.deleted_at is null)
  );
$$;
create function fixture.number_of(p_name text) returns text language sql security definer as $$
  select c.case_number from core.cases as c where c.id = id_of(p_name);
$$;
select is(tally('BFC'), '2 of 2', 'a deleted case is not in the tally');
select is(tally('LDFC'), '1 of 1', 'another court has its own tally');

select act_as('officer');
select api.create_case('AGENCY_ADOPTION') from generate_series(1, 3);
select is(tally('BFC'), '5 of 5', 'created cases are added to the tally');
select api.change_case_status(id_of('bare'), 1, 'DIRECTIONS');
select is(tally('BFC'), '5 of 5', 'a change of status does not change the tally');
select api.delete_case(id_of('bare'));
select is(tally('BFC'), '4 of 4', 'a deleted case is taken out of the tally');
select throws_ok($$select api.delete_case(id_of('bare'))$$, 'JCMIS', null, 'a deleted case cannot be deleted again');
select throws_ok($$select api.delete_case(id_of('theirs'))$$, 'JCMIS', null, 'a case of another court cannot be deleted');
select is(tally('BFC') || ', ' || tally('LDFC'), '4 of 4, 1 of 1', 'refused deletions do not change the tallies');

savepoint before_a_failure;
select throws_ok($$select api.delete_case(id_of('ours')), 1 / 0$$, '22012', null, 'a deletion is rolled back');
rollback to before_a_failure;
select is(tally('BFC'), '4 of 4', 'a deletion that is rolled back stays in the tally');

select act_as_dba();
set local session_replication_role = replica;
update core.cases set deleted_at = now() where id = id_of('theirs');
select is(tally('LDFC'), '0 of 0', 'the trigger also fires with session_replication_role = replica');
set local session_replication_role = origin;

-- By the year of its number, not of the deletion.
alter table core.cases disable trigger user;
update core.cases set number_year = 1999 where id = id_of('ours');
alter table core.cases enable trigger user;
insert into core.case_number_series (court_code, year, last_number, case_count) values ('BFC', 1999, 1, 1);
select act_as('officer');
select api.delete_case(id_of('ours'));
select act_as_dba();
select is(s.case_count, 0, 'a deleted case is taken out of the series of its number''s year') from core.case_number_series as s where s.year = 1999;

-- A court with its own numbers: its series matches none of its cases.
alter table core.case_number_series disable trigger user;
update core.case_number_series set last_number = last_number + 300 where court_code = 'BFC';
alter table core.case_number_series enable always trigger tg_case_number_series__in_use;
select act_as('officer');
select is(outcome($$select api.delete_case(c.id) from core.cases as c where c.deleted_at is null limit 1$$), 'ok', 'a change of the tally takes no number');

select * from finish();
rollback;
