\ir ../fixtures.psql
\ir ../policies.psql

select is(array(select grants_on('core.status_transitions')), array['select *: all'], 'exactly these grants exist');
select is(array(select passes('core.status_transitions')), array[
  'all callers, casefile_caller: sees all',
  'casefile_owner: sees all, changes all, into all, deletes all, writes all'
], 'with every grant, the policies let exactly this pass');

select is(seen(s.name, 'select count(*)::text from core.status_transitions'), '24', 'every transition is seen by ' || s.name) from six as s;
select act_as_server();
select throws_ok('select from core.status_transitions', '42501', null, 'the server may not read the table');

select act_as_dba();
create temp table before as select everything() as digest;
select is(tried(s.name, v), '42501', format('%s is refused: %s', s.name, v))
from six as s, unnest(array[
  'insert into core.status_transitions values (''ORDER_GRANTED'', ''APPLICATION'', ''{HMCTS_CASE_OFFICER}'', false)',
  'update core.status_transitions set reason_required = false', 'delete from core.status_transitions', 'truncate core.status_transitions'
]) as v;
select act_as_dba();
select is(everything(), digest, 'the refused statements change nothing') from before;

select * from finish();
rollback;
