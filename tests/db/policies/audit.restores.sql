\ir ../fixtures.psql
\ir ../policies.psql

select is(array(select grants_on('audit.restores')), '{}', 'no role has a grant on the table');
insert into audit.restores (actor, old_system_identifier, system_identifier, store_id, sessions_ended, keys_ended, number_gap)
values ('a', '1', '2', core.new_id(), 0, 0, 5);
select is(array(select passes('audit.restores')), array[
  'casefile_owner: sees all, writes all'
], 'with every grant, the policies let exactly this pass');
select act_as_server();
select is(outcome(v), '42501', 'the server is refused: ' || v)
from unnest('{select from audit.restores,delete from audit.restores,truncate audit.restores,insert into audit.restores default values}'::text[]) as v;
select is(tried(s.name, v), '42501', format('%s is refused: %s', s.name, v))
from six as s, unnest('{select from audit.restores,delete from audit.restores,insert into audit.restores default values}'::text[]) as v;

select act_as_dba();
set local role casefile_owner;
select is((select count(*) from audit.restores), 1::bigint, 'the owner reads the table');

select * from finish();
rollback;
