\ir ../fixtures.psql
\ir ../policies.psql
\ir ../directory.psql

select act_as_dba();
select is(array(select grants_on('auth.database_kind')), '{}', 'no role has a grant on the table');
select is(array(select passes('auth.database_kind')), array[
  'casefile_owner: sees all, writes all'
], 'with every grant, the policies let exactly this pass');

select act_as_server();
select is(outcome(v), '42501', 'the server is refused: ' || v)
from unnest(array['select from auth.database_kind', 'update auth.database_kind set kind = ''DEV''', 'delete from auth.database_kind', 'truncate auth.database_kind', 'insert into auth.database_kind default values']) as v;
select is(tried(s.name, v), '42501', format('%s is refused: %s', s.name, v))
from six as s, unnest(array['select from auth.database_kind', 'update auth.database_kind set kind = ''DEV''', 'delete from auth.database_kind', 'insert into auth.database_kind default values']) as v;
select act_as_registrar();
select is(outcome(v), '42501', 'a registrar is refused: ' || v)
from unnest(array['select from auth.database_kind', 'update auth.database_kind set kind = ''DEV''', 'delete from auth.database_kind', 'truncate auth.database_kind', 'insert into auth.database_kind default values']) as v;

select act_as_dba();
select is(outcome(v), 'JCAPP', 'even a superuser is refused: ' || v) from unnest(array['delete from auth.database_kind', 'truncate auth.database_kind cascade', 'update auth.database_kind set kind = ''DEV''']) as v;

select * from finish();
rollback;
