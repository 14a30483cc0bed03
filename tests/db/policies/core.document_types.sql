\ir ../fixtures.psql
\ir ../policies.psql
\ir ../documents.psql

select is(array(select grants_on('core.document_types')), array[
  'select *: all'
], 'exactly these grants exist');
select is(array(select passes('core.document_types')), array[
  'all callers, casefile_caller: sees all',
  'casefile_owner: sees all, changes all, into all, deletes all, writes all'
], 'with every grant, the policies let exactly this pass');
select is(seen(s.name, 'select count(*) from core.document_types'), '15', s.name || ' sees every type') from six as s;
select act_as_server();
select throws_ok('select from core.document_types', '42501', null, 'the server may not read the table');
select act_as_worker();
select is(outcome('select from core.document_types'), '42501', 'the worker may not read the table');

select act_as_dba();
create temp table before as select everything() as digest;
select is(tried(s.name, v), '42501', format('%s is refused: %s', s.name, v))
from six as s, unnest(array[
  'insert into core.document_types values (''x'', 99, ''x'', ''x'')',
  'update core.document_types set description_required = false', 'delete from core.document_types', 'truncate core.document_types cascade'
]) as v;
select act_as_worker();
select is(outcome(v), '42501', 'the worker is refused: ' || v) from unnest(array['update core.document_types set description_required = false', 'delete from core.document_types']) as v;
select act_as_dba();
select is(everything(), digest, 'the refused statements change nothing') from before;

select * from finish();
rollback;
