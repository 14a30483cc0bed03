\ir ../fixtures.psql
\ir ../policies.psql
\ir ../directory.psql

select act_as_dba();
select is(array(select grants_on('auth.memberships')), '{}', 'no role has a grant on the table');
select is(array(select passes('auth.memberships')), array[
  'casefile_owner: sees all, changes all, into all, deletes all, writes all'
], 'with every grant, the policies let exactly this pass');

select act_as_server();
select is(outcome(v), '42501', 'the server is refused: ' || v)
from unnest(array['select from auth.memberships', 'update auth.memberships set ended_at = now()', 'delete from auth.memberships', 'truncate auth.memberships', 'insert into auth.memberships default values']) as v;
select is(tried(s.name, v), '42501', format('%s is refused: %s', s.name, v))
from six as s, unnest(array['select from auth.memberships', 'update auth.memberships set ended_at = now()', 'delete from auth.memberships', 'insert into auth.memberships default values']) as v;
select act_as_registrar();
select is(outcome(v), '42501', 'a registrar is refused: ' || v)
from unnest(array['select from auth.memberships', 'update auth.memberships set ended_at = now()', 'delete from auth.memberships', 'truncate auth.memberships', 'insert into auth.memberships default values']) as v;

select act_as_dba();
select is(outcome(v), 'JCAPP', 'even a superuser is refused: ' || v) from unnest(array['delete from auth.memberships', 'truncate auth.memberships cascade']) as v;

select * from finish();
rollback;
