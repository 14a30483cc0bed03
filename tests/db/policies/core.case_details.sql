\ir ../fixtures.psql
\ir ../policies.psql

select is(array(select grants_on('core.case_details')), array[
  'select *: all',
  'insert case_id, notes, internal_notes, staff_comments, linked_family_court_case_reference: hmcts_case_officer'
], 'exactly these grants exist');
select is(array(select passes('core.case_details')), array[
  'officer: sees 3, writes all',
  'judge, cafcass, social_worker, assigned_social_worker, agency, other_judge, other_cafcass, other_social_worker, other_agency: sees 1',
  'other_officer: sees 1, writes all',
  'casefile_owner: sees all'
], 'with every grant, the policies let exactly this pass');

select is(
  seen(c.name, 'select n.name from core.case_details as d join fixture.cases as n on n.id = d.case_id'),
  case
    when c.role = 'ADOPTER' then '' when c.name = 'officer' then 'bare deleted ours' when c.name ~ 'other' then 'theirs' else 'ours'
  end, 'exactly the rows within reach are seen by ' || c.name
) from callers as c;
select act_as('casefile_caller', 'officer.one', 'BFC', null);
select is_empty('select from core.case_details', 'the role that all callers share sees nothing');
select act_as_server();
select throws_ok('select from core.case_details', '42501', null, 'the server may not read the table');
select act_as_dba();

create temp table before as select everything() as digest;
select is(tried(s.name, v), '42501', format('%s is refused: %s', s.name, v))
from six as s, unnest(array[
  'update core.case_details set notes = ''x''', 'delete from core.case_details', 'truncate core.case_details cascade',
  'insert into core.case_details (case_id, version) values (id_of(''ours''), 9)',
  'insert into core.case_details (case_id, created_by) values (id_of(''ours''), ''x'')'
]) as v;
select is(tried(s.name, 'insert into core.case_details (case_id) values (id_of(''ours''))'), '42501', 'this role cannot add details: ' || s.name)
from six as s where s.name <> 'officer';
-- core.tg_case_details__in_use checks that the case is reached and uses them.
select is(outcome('officer', 'insert into core.case_details (case_id) values (id_of(''ours''))'), 'JCFIX', 'details that the case does not use are refused');
select isnt(outcome('officer', 'insert into core.case_details (case_id) values (id_of(''theirs''))'), 'ok', 'details of another court''s case are refused');
select act_as_dba();
select is(everything(), digest, 'the refused statements change nothing') from before;

select act_as('officer');
select is(
  moves(id_of('bare'), $$
    insert into core.case_details (case_id, notes) values (id_of('bare'), 'by hand');
    update core.cases set details_version = 2 where id = id_of('bare');
  $$),
  '{1,1}', 'new details by plain SQL make one version and one entry'
);
select is((api.get_case(id_of('bare'))).case_record.notes, 'by hand', 'the case shows the new details');
select is(
  (api.list_case_audit(id_of('bare'))).entries[1].changes -> 'after' ->> 'notes', 'by hand', 'the trail shows the new details'
);
select is(
  outcome($$update core.cases set details_version = 1 where id = id_of('bare')$$), 'JCFIX', 'earlier details cannot be used again'
);

select * from finish();
rollback;
