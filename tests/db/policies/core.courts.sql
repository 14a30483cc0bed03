\ir ../fixtures.psql
\ir ../policies.psql

select is(array(select grants_on('core.courts')), array['select *: all'], 'the grants');

select is(seen(s.name, 'select count(*)::text from core.courts'), '50', 'every court, seen by ' || s.name) from six as s;
select act_as_server();
select throws_ok('select from core.courts', '42501', null, 'not by the server');
select act_as_dba();
set local role casefile_owner;
select is((select count(*) from core.courts), 50::bigint, 'the owner sees them, for its functions');
reset role;

create temp table before as select everything() as digest;
select is(tried(s.name, v), '42501', format('%s: %s', s.name, v))
from six as s, unnest(array[
  'insert into core.courts values (''XX'', ''X'', ''X'')', 'update core.courts set name = ''x''', 'delete from core.courts',
  'truncate core.courts cascade'
]) as v;
select act_as_dba();
select is(everything(), digest, 'all of which has changed nothing') from before;

select * from finish();
rollback;
