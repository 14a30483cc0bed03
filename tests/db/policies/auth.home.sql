\ir ../fixtures.psql
\ir ../policies.psql

select is(array(select grants_on('auth.home')), '{}', 'no role has a grant on the table');
select is(array(select passes('auth.home')), array[
  'casefile_owner: sees all, changes all, into all, deletes all, writes all'
], 'with every grant, the policies let exactly this pass');
select act_as_server();
select is(outcome(v), '42501', 'the server is refused: ' || v)
from unnest('{select from auth.home,delete from auth.home,truncate auth.home,insert into auth.home default values}'::text[]) as v;
select is(tried(s.name, v), '42501', format('%s is refused: %s', s.name, v))
from six as s, unnest('{select from auth.home,delete from auth.home,insert into auth.home default values}'::text[]) as v;

select act_as_dba();
set local role casefile_owner;
select is((select count(*) from auth.home), 1::bigint, 'the owner reads the table');

select * from finish();
rollback;
