\ir ../fixtures.psql
\ir ../policies.psql
\ir ../directory.psql

select act_as_dba();
select is(array(select grants_on('auth.directory_changes')), '{}', 'no role has a grant on the table');
select is(array(select passes('auth.directory_changes')), array[
  'casefile_owner: sees all, writes all'
], 'with every grant, the policies let exactly this pass');

select act_as_server();
select is(outcome(v), '42501', 'the server is refused: ' || v)
from unnest(array['select from auth.directory_changes', 'update auth.directory_changes set actor = ''x''', 'delete from auth.directory_changes', 'truncate auth.directory_changes', 'insert into auth.directory_changes default values']) as v;
select is(tried(s.name, v), '42501', format('%s is refused: %s', s.name, v))
from six as s, unnest(array['select from auth.directory_changes', 'update auth.directory_changes set actor = ''x''', 'delete from auth.directory_changes', 'insert into auth.directory_changes default values']) as v;
select act_as_registrar();
select is(outcome(v), '42501', 'a registrar is refused: ' || v)
from unnest(array['select from auth.directory_changes', 'update auth.directory_changes set actor = ''x''', 'delete from auth.directory_changes', 'truncate auth.directory_changes', 'insert into auth.directory_changes default values']) as v;

select act_as_dba();
select is(outcome(v), 'JCAPP', 'even a superuser is refused: ' || v) from unnest(array['delete from auth.directory_changes', 'truncate auth.directory_changes cascade', 'update auth.directory_changes set actor = ''x''']) as v;

select * from finish();
rollback;
