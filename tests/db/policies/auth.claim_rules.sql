\ir ../fixtures.psql
\ir ../policies.psql
\ir ../directory.psql

select act_as_dba();
select is(array(select grants_on('auth.claim_rules')), '{}', 'no role has a grant on the table');
select is(array(select passes('auth.claim_rules')), array[
  'casefile_owner: sees all, changes all, into all, deletes all, writes all'
], 'with every grant, the policies let exactly this pass');

select act_as_server();
select is(outcome(v), '42501', 'the server is refused: ' || v)
from unnest(array['select from auth.claim_rules', 'update auth.claim_rules set ended_at = now()', 'delete from auth.claim_rules', 'truncate auth.claim_rules', 'insert into auth.claim_rules default values']) as v;
select is(tried(s.name, v), '42501', format('%s is refused: %s', s.name, v))
from six as s, unnest(array['select from auth.claim_rules', 'update auth.claim_rules set ended_at = now()', 'delete from auth.claim_rules', 'insert into auth.claim_rules default values']) as v;
select act_as_registrar();
select is(outcome(v), '42501', 'a registrar is refused: ' || v)
from unnest(array['select from auth.claim_rules', 'update auth.claim_rules set ended_at = now()', 'delete from auth.claim_rules', 'truncate auth.claim_rules', 'insert into auth.claim_rules default values']) as v;

select act_as_dba();
select is(outcome(v), 'JCAPP', 'even a superuser is refused: ' || v) from unnest(array['delete from auth.claim_rules', 'truncate auth.claim_rules cascade']) as v;

select * from finish();
rollback;
