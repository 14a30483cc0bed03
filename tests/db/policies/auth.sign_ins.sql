\ir ../fixtures.psql
\ir ../policies.psql
\ir ../directory.psql

select act_as_dba();
select is(array(select grants_on('auth.sign_ins')), '{}', 'no role has a grant on the table');
insert into auth.sign_ins (kind, outcome) values ('mock', 'OPENED');
select is(array(select passes('auth.sign_ins')), array[
  'casefile_owner: sees all, changes all, into all, deletes all, writes all'
], 'with every grant, the policies let exactly this pass');

select act_as_server();
select is(outcome(v), '42501', 'the server is refused: ' || v)
from unnest(array['select from auth.sign_ins', 'update auth.sign_ins set user_id = ''x''', 'delete from auth.sign_ins', 'truncate auth.sign_ins', 'insert into auth.sign_ins default values']) as v;
select is(tried(s.name, v), '42501', format('%s is refused: %s', s.name, v))
from six as s, unnest(array['select from auth.sign_ins', 'update auth.sign_ins set user_id = ''x''', 'delete from auth.sign_ins', 'insert into auth.sign_ins default values']) as v;
select act_as_registrar();
select is(outcome(v), '42501', 'a registrar is refused: ' || v)
from unnest(array['select from auth.sign_ins', 'update auth.sign_ins set user_id = ''x''', 'delete from auth.sign_ins', 'truncate auth.sign_ins', 'insert into auth.sign_ins default values']) as v;

select act_as_dba();
select is(outcome(v), 'JCAPP', 'even a superuser is refused: ' || v) from unnest(array['truncate auth.sign_ins cascade', 'update auth.sign_ins set user_id = ''x''']) as v;

select * from finish();
rollback;
