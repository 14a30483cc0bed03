\ir ../fixtures.psql
\ir ../policies.psql

select is(array(select grants_on('core.case_participants')), array['select *: all'], 'exactly these grants exist');
select is(array(select passes('core.case_participants')), array[
  'officer: sees 2',
  'judge, cafcass, social_worker, assigned_social_worker, agency, other_officer, other_judge, other_cafcass, other_social_worker, other_agency: sees 1',
  'casefile_owner: sees all, changes all, into all, deletes all, writes all'
], 'with every grant, the policies let exactly this pass');

select is(
  seen(c.name, 'select n.name || ''/'' || p.assigned_judge from core.case_participants as p join fixture.cases as n on n.id = p.case_id'),
  case
    when c.role = 'ADOPTER' then ''
    when c.name = 'officer' then 'deleted/judge.one ours/judge.one'
    when c.name ~ 'other' then 'theirs/judge.two'
    else 'ours/judge.one'
  end, 'exactly the rows within reach are seen by ' || c.name
) from callers as c;
select act_as('casefile_caller', 'adopter.one', 'BFC', 'la.one');
select is_empty('select from core.case_participants', 'the role that all callers share sees nothing');
select act_as_server();
select throws_ok('select from core.case_participants', '42501', null, 'the server may not read the table');
select act_as_dba();

create temp table before as select everything() as digest;
select is(tried(s.name, v), '42501', format('%s is refused: %s', s.name, v))
from six as s, unnest(array[
  'insert into core.case_participants (case_id, court_code) values (id_of(''bare''), ''BFC'')',
  'update core.case_participants set assigned_judge = ''x''', 'update core.case_participants set court_code = ''x''',
  'delete from core.case_participants', 'truncate core.case_participants', 'select core.gather_participants(''{}'')'
]) as v;
select act_as_dba();
select is(everything(), digest, 'the refused statements change nothing') from before;

select * from finish();
rollback;
