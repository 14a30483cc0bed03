\ir ../fixtures.psql
\ir ../policies.psql

select is(array(select grants_on('core.status_change_particulars')), array['select *: all'], 'exactly these grants exist');
select is(array(select passes('core.status_change_particulars')), array[
  'officer: sees 2',
  'judge, cafcass, social_worker, assigned_social_worker, agency, other_officer, other_judge, other_cafcass, other_social_worker, other_agency: sees 1',
  'casefile_owner: sees all, writes all'
], 'with every grant, the policies let exactly this pass');

select is(
  seen(c.name, '
    select n.name || '' '' || p.changed_by || '' '' || p.reason
    from core.status_change_particulars as p
    join core.status_changes as s on s.id = p.status_change_id
    join fixture.cases as n on n.id = s.case_id
  '),
  case
    when c.role = 'ADOPTER' then ''
    when c.name = 'officer' then 'deleted officer.one a reason ours officer.one a reason'
    when c.name ~ 'other' then 'theirs officer.two a reason'
    else 'ours officer.one a reason'
  end, 'exactly the rows within reach are seen by ' || c.name
) from callers as c;
select is(seen(c.name, 'select p.reason from core.status_change_particulars as p'), '', 'an adopter sees no reasons: ' || c.name)
from callers as c where c.role = 'ADOPTER';
select act_as('casefile_caller', 'officer.one', 'BFC', null);
select is_empty('select from core.status_change_particulars', 'the role that all callers share sees nothing');
select act_as_server();
select throws_ok('select from core.status_change_particulars', '42501', null, 'the server may not read the table');
select act_as_dba();

create temp table before as select everything() as digest;
select is(tried(s.name, v), '42501', format('%s is refused: %s', s.name, v))
from six as s, unnest(array[
  'insert into core.status_change_particulars values (1, ''x'', ''x'')', 'update core.status_change_particulars set reason = ''x''',
  'delete from core.status_change_particulars', 'truncate core.status_change_particulars'
]) as v;
select act_as_dba();
select is(everything(), digest, 'the refused statements change nothing') from before;

select * from finish();
rollback;
