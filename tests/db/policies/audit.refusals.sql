\ir ../fixtures.psql
\ir ../policies.psql

select is(array(select grants_on('audit.refusals')), '{}', 'no role has a grant on the table');

select act_as('judge');
select audit.explain_refusal('get_case', id_of('theirs'));
select act_as_dba();
select is(array(select passes('audit.refusals')), array[
  'casefile_owner: sees all, changes all, into all, deletes all, writes all'
], 'with every grant, the policies let exactly this pass');
select is(tried(s.name, v), '42501', format('%s is refused: %s', s.name, v))
from six as s, unnest(array[
  'select from audit.refusals', 'insert into audit.refusals (operation, user_id, user_role, reason) values (''x'', ''x'', ''x'', ''x'')',
  'update audit.refusals set user_id = ''x''', 'delete from audit.refusals', 'truncate audit.refusals'
]) as v;
select act_as_server();
select throws_ok('select from audit.refusals', '42501', null, 'the server may not read the table');
select act_as_dba();
set local role casefile_owner;
select is((select count(*) from audit.refusals), 1::bigint, 'the owner reads the table');
reset role;
select is((select count(*) from audit.refusals), 1::bigint, 'a superuser reads the table');

select * from finish();
rollback;
