\ir ../../fixtures.psql

select act_as('officer');
select is(
  outcome($$
    insert into core.case_details (case_id, notes) values (id_of('bare'), 'new');
    update core.cases set details_version = 2 where id = id_of('bare');
  $$),
  'ok', 'new details that their case uses are accepted'
);
select is(
  outcome($$
    insert into core.case_details (case_id, notes) values (id_of('bare'), 'new');
    update core.cases set details_version = 2 where id = id_of('bare');
    insert into core.case_details (case_id, notes) values (id_of('bare'), 'newer');
    update core.cases set details_version = 3 where id = id_of('bare');
  $$),
  'ok', 'details that a case used and replaced in the same transaction are accepted'
);
select is(outcome($$insert into core.case_details (case_id, notes) values (id_of('bare'), 'new')$$), 'JCFIX', 'new details that no case uses are refused');
select is(
  outcome($$
    insert into core.case_details (case_id, notes) values (id_of('bare'), 'new');
    update core.cases set status = 'DIRECTIONS' where id = id_of('bare');
  $$),
  'JCFIX', 'new details are refused if another change of the case passes them over'
);
select is(
  outcome($$
    insert into core.case_details (case_id, notes) values (id_of('bare'), 'never seen');
    update core.cases set status = 'DIRECTIONS' where id = id_of('bare');
    insert into core.case_details (case_id, notes) values (id_of('bare'), 'new');
    update core.cases set details_version = 3 where id = id_of('bare');
  $$),
  'JCFIX', 'new details are refused if the case never used them'
);
select is(
  outcome($$
    insert into core.case_details (case_id, notes) values (id_of('ours'), 'new');
    update core.cases set details_version = version + 1 where id = id_of('ours');
    insert into core.case_details (case_id, notes) values (id_of('bare'), 'new');
  $$),
  'JCFIX', 'new details are refused if only another case changed'
);
select is(outcome($$insert into core.case_details (case_id) values (id_of('deleted'))$$), 'JCFIX', 'details of a deleted case are refused');
select isnt(outcome($$insert into core.case_details (case_id) values (id_of('theirs'))$$), 'ok', 'details of another court''s case are refused');
select is(outcome($$insert into core.case_details (case_id) values (core.new_id())$$), '23503', 'details of a case that does not exist are refused');

select * from finish();
rollback;
