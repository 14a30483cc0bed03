\ir ../../fixtures.psql

select act_as('officer');
select is(
  outcome($$
    insert into core.case_details (case_id, notes) values (id_of('bare'), 'new');
    update core.cases set details_version = 2 where id = id_of('bare');
  $$),
  'ok', 'details that their case uses'
);
select is(
  outcome($$
    insert into core.case_details (case_id, notes) values (id_of('bare'), 'new');
    update core.cases set details_version = 2 where id = id_of('bare');
    insert into core.case_details (case_id, notes) values (id_of('bare'), 'newer');
    update core.cases set details_version = 3 where id = id_of('bare');
  $$),
  'ok', 'and that it has used'
);
select is(outcome($$insert into core.case_details (case_id, notes) values (id_of('bare'), 'new')$$), 'JCFIX', 'details that nothing uses');
select is(
  outcome($$
    insert into core.case_details (case_id, notes) values (id_of('bare'), 'new');
    update core.cases set status = 'DIRECTIONS' where id = id_of('bare');
  $$),
  'JCFIX', 'passed over by another change'
);
select is(
  outcome($$
    insert into core.case_details (case_id, notes) values (id_of('bare'), 'never seen');
    update core.cases set status = 'DIRECTIONS' where id = id_of('bare');
    insert into core.case_details (case_id, notes) values (id_of('bare'), 'new');
    update core.cases set details_version = 3 where id = id_of('bare');
  $$),
  'JCFIX', 'passed over, and then others used'
);
select is(
  outcome($$
    insert into core.case_details (case_id, notes) values (id_of('ours'), 'new');
    update core.cases set details_version = version + 1 where id = id_of('ours');
    insert into core.case_details (case_id, notes) values (id_of('bare'), 'new');
  $$),
  'JCFIX', 'used by another case'
);
select is(outcome($$insert into core.case_details (case_id) values (id_of('deleted'))$$), 'JCFIX', 'of a deleted case');
select isnt(outcome($$insert into core.case_details (case_id) values (id_of('theirs'))$$), 'ok', 'of another court''s case');
select is(outcome($$insert into core.case_details (case_id) values (core.new_id())$$), '23503', 'of no case');

select * from finish();
rollback;
