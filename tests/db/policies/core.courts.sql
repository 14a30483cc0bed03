\ir ../fixtures.psql
\ir ../policies.psql

select is(array(select grants_on('core.courts')), array['select *: all'], 'exactly these grants exist');
select is(array(select passes('core.courts')), array[
  'all callers, casefile_caller: sees all',
  'casefile_owner: sees all, changes all, into all, deletes all, writes all'
], 'with every grant, the policies let exactly this pass');

create temp table all_courts as select count(*) from core.courts;
select is(seen(s.name, 'select count(*)::text from core.courts'), a.count::text, 'every court is seen by ' || s.name) from six as s, all_courts as a;
select act_as_server();
select throws_ok('select from core.courts', '42501', null, 'the server may not read the table');
select act_as_dba();
set local role casefile_owner;
create temp table of_owner as select count(*) from core.courts;
reset role;
select is(o.count, a.count, 'the owner sees every row') from of_owner as o, all_courts as a;

create temp table before as select everything() as digest;
select is(tried(s.name, v), '42501', format('%s is refused: %s', s.name, v))
from six as s, unnest(array[
  'insert into core.courts values (''XX'', ''X'', ''X'')', 'update core.courts set name = ''x''', 'delete from core.courts',
  'truncate core.courts cascade'
]) as v;
select act_as_dba();
select is(everything(), digest, 'the refused statements change nothing') from before;

select * from finish();
rollback;
