\ir ../fixtures.psql
\ir ../policies.psql

select is(array(select grants_on('core.status_transitions')), array['select *: all'], 'the grants');
select is(array(select passes('core.status_transitions')), array[
  'all callers, casefile_caller: sees all',
  'casefile_owner: sees all, changes all, into all, deletes all, writes all'
], 'access by its policies');

select is(seen(s.name, 'select count(*)::text from core.status_transitions'), '24', 'every transition, seen by ' || s.name) from six as s;
select act_as_server();
select throws_ok('select from core.status_transitions', '42501', null, 'not by the server');

select act_as_dba();
create temp table before as select everything() as digest;
select is(tried(s.name, v), '42501', format('%s: %s', s.name, v))
from six as s, unnest(array[
  'insert into core.status_transitions values (''ORDER_GRANTED'', ''APPLICATION'', ''{HMCTS_CASE_OFFICER}'', false)',
  'update core.status_transitions set reason_required = false', 'delete from core.status_transitions', 'truncate core.status_transitions'
]) as v;
select act_as_dba();
select is(everything(), digest, 'none of it changed anything') from before;

select * from finish();
rollback;
