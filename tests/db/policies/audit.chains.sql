\ir ../fixtures.psql
\ir ../policies.psql

select is(array(select grants_on('audit.chains')), '{}', 'no role has a grant on the table');
select is(array(select passes('audit.chains')), array[
  'casefile_owner: sees all, changes all, into all, deletes all, writes all'
], 'with every grant, the policies let exactly this pass');

select is(tried(s.name, v), '42501', format('%s is refused: %s', s.name, v))
from six as s, unnest(array[
  'select from audit.chains', 'insert into audit.chains values (core.new_id(), 1, sha256(''''))', 'update audit.chains set length = 1',
  'delete from audit.chains', 'truncate audit.chains'
]) as v;
select act_as_server();
select throws_ok('select from audit.chains', '42501', null, 'the server may not read the table');
select act_as_dba();
set local role casefile_owner;
select is((select count(*) from audit.chains), 4::bigint, 'the owner sees the rows');

select * from finish();
rollback;
