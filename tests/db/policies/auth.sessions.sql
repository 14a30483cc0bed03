\ir ../fixtures.psql
\ir ../policies.psql

select is(array(select grants_on('auth.sessions')), '{}', 'no role has a grant on the table');

select act_as_server();
select auth.log_in(sha256('a'), null, 'officer.one', 'HMCTS_CASE_OFFICER', 'Birmingham Family Court');
select act_as_dba();
select is(array(select passes('auth.sessions')), array[
  'casefile_owner: sees all, changes all, into all, deletes all, writes all'
], 'with every grant, the policies let exactly this pass');
select act_as_server();
select is(outcome(v), '42501', 'the server is refused: ' || v)
from unnest(array[
  'select from auth.sessions', 'update auth.sessions set user_id = ''x''', 'delete from auth.sessions', 'truncate auth.sessions',
  'insert into auth.sessions (token_sha256, user_id, username, user_role, expires_at, kind, ends_at) values (sha256(''b''), ''x'', ''x'', ''ADOPTER'', now(), ''mock'', now())'
]) as v;
select is(tried(s.name, v), '42501', format('%s is refused: %s', s.name, v))
from six as s, unnest(array[
  'select from auth.sessions', 'update auth.sessions set user_id = ''x''', 'delete from auth.sessions', 'truncate auth.sessions',
  'insert into auth.sessions (token_sha256, user_id, username, user_role, expires_at, kind, ends_at) values (sha256(''b''), ''x'', ''x'', ''ADOPTER'', now(), ''mock'', now())'
]) as v;
select act_as_dba();
set local role casefile_owner;
select is((select s.username from auth.sessions as s), 'officer.one', 'the owner sees the rows');

select * from finish();
rollback;
