\ir ../fixtures.psql
\ir ../policies.psql

select is(array(select grants_on('core.next_statuses')), array['select *: all'], 'exactly these grants exist');
select is(array(select passes('core.next_statuses')), array[
  'all callers, casefile_caller: sees all',
  'casefile_owner: sees all, changes all, into all, deletes all, writes all'
], 'with every grant, the policies let exactly this pass');

select act_as_server();
select throws_ok('select from core.next_statuses', '42501', null, 'the server may not read the table');
select act_as_dba();
create temp table before as select everything() as digest;
select is(tried(s.name, v), '42501', format('%s is refused: %s', s.name, v))
from six as s, unnest(array[
  'insert into core.next_statuses default values', 'update core.next_statuses set to_statuses = null', 'delete from core.next_statuses',
  'truncate core.next_statuses'
]) as v;
select act_as_dba();
select is(everything(), digest, 'the refused statements change nothing') from before;

select * from finish();
rollback;
