\ir ../fixtures.psql
\ir ../policies.psql

select is(array(select grants_on('core.assignment_particulars')), array['select *: all'], 'exactly these grants exist');
select is(array(select passes('core.assignment_particulars')), array[
  'officer: sees 10',
  'judge, cafcass, social_worker, assigned_social_worker, agency, other_officer, other_judge, other_cafcass, other_social_worker, other_agency: sees 5',
  'casefile_owner: sees all, changes all, into all, deletes all, writes all'
], 'with every grant, the policies let exactly this pass');

select is(
  seen(c.name, 'select distinct p.assigned_by from core.assignment_particulars as p'),
  case when c.role = 'ADOPTER' then '' when c.name ~ 'other' then 'officer.two' else 'officer.one' end, 'exactly the rows within reach are seen by ' || c.name
) from callers as c;
select is(
  seen('judge', 'select a.user_id from core.assignment_particulars as p join core.assignments as a on a.id = p.assignment_id'),
  'adopter.one cafcass.one judge.one social.one spouse.one', 'a judge sees the particulars of cases within reach'
);
select act_as('casefile_caller', 'adopter.one', 'BFC', null);
select is_empty('select from core.assignment_particulars', 'the role that all callers share sees nothing');
select act_as_server();
select throws_ok('select from core.assignment_particulars', '42501', null, 'the server may not read the table');
select act_as_dba();

create temp table before as select everything() as digest;
select is(tried(s.name, v), '42501', format('%s is refused: %s', s.name, v))
from six as s, unnest(array[
  'insert into core.assignment_particulars values (core.new_id(), ''x'')', 'update core.assignment_particulars set assigned_by = ''x''',
  'delete from core.assignment_particulars', 'truncate core.assignment_particulars'
]) as v;
select act_as_dba();
select is(everything(), digest, 'the refused statements change nothing') from before;

select * from finish();
rollback;
