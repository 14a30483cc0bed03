\ir ../fixtures.psql
\ir ../policies.psql

select is(array(select grants_on('core.status_changes')), array['select *: all'], 'exactly these grants exist');
select is(array(select passes('core.status_changes')), array[
  'officer: sees 2',
  'judge, cafcass, social_worker, assigned_social_worker, agency, adopter, spouse, other_officer, other_judge, other_cafcass, other_social_worker, other_agency, other_adopter: sees 1',
  'casefile_owner: sees all, writes all'
], 'with every grant, the policies let exactly this pass');

select is(
  seen(c.name, 'select n.name from core.status_changes as s join fixture.cases as n on n.id = s.case_id'),
  case when c.name = 'officer' then 'deleted ours' when c.name ~ 'other' then 'theirs' else 'ours' end, 'exactly the rows within reach are seen by ' || c.name
) from callers as c;
select act_as('casefile_caller', 'officer.one', 'BFC', null);
select is_empty('select from core.status_changes', 'the role that all callers share sees nothing');
select act_as_server();
select throws_ok('select from core.status_changes', '42501', null, 'the server may not read the table');
select act_as_dba();

create temp table before as select everything() as digest;
select is(tried(s.name, v), '42501', format('%s is refused: %s', s.name, v))
from six as s, unnest(array[
  'insert into core.status_changes (case_id, from_status, to_status, changed_at) values (id_of(''ours''), ''APPLICATION'', ''ON_HOLD'', now())',
  'update core.status_changes set changed_at = now()', 'delete from core.status_changes', 'truncate core.status_changes cascade'
]) as v;
select act_as_dba();
select is(everything(), digest, 'the refused statements change nothing') from before;

select * from finish();
rollback;
