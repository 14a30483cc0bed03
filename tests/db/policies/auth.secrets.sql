\ir ../fixtures.psql
\ir ../policies.psql

select is(array(select grants_on('auth.secrets')), '{}', 'no role has a grant on the table');
select is(array(select passes('auth.secrets')), array[
  'casefile_owner: sees all'
], 'with every grant, the policies let exactly this pass');
select act_as_server();
select is(outcome(v), '42501', 'the server is refused: ' || v)
from unnest('{select from auth.secrets,update auth.secrets set value = name,delete from auth.secrets,truncate auth.secrets,insert into auth.secrets default values}'::text[]) as v;
select is(tried(s.name, v), '42501', format('%s is refused: %s', s.name, v))
from six as s, unnest('{select from auth.secrets,update auth.secrets set value = name,delete from auth.secrets,insert into auth.secrets default values}'::text[]) as v;

select act_as_dba();
set local role casefile_owner;
select is((select octet_length(s.value) from auth.secrets as s where s.name = 'claims_prefix'), 64, 'the owner reads the table');
select is(affected('update auth.secrets set value = repeat(''x'', 64)'), 0::bigint, 'the owner changes nothing, because connections keep what they have read');

select * from finish();
rollback;
