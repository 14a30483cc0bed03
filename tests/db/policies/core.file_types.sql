\ir ../fixtures.psql
\ir ../policies.psql
\ir ../documents.psql

select is(array(select grants_on('core.file_types')), array[
  'select *: all, document_processor'
], 'exactly these grants exist');
select is(array(select passes('core.file_types')), array[
  'all callers, casefile_caller, document_processor: sees all',
  'casefile_owner: sees all, changes all, into all, deletes all, writes all'
], 'with every grant, the policies let exactly this pass');
select is(seen(s.name, 'select count(*) from core.file_types'), '8', s.name || ' sees every type') from six as s;
select act_as_server();
select throws_ok('select from core.file_types', '42501', null, 'the server may not read the table');
select act_as_worker();
select is(outcome('select from core.file_types'), 'ok', 'the worker may read the table');

select act_as_dba();
create temp table before as select everything() as digest;
select is(tried(s.name, v), '42501', format('%s is refused: %s', s.name, v))
from six as s, unnest(array[
  'insert into core.file_types values (''exe'', ''x'', false)',
  'update core.file_types set size_limit = 1', 'delete from core.file_types', 'truncate core.file_types cascade'
]) as v;
select act_as_worker();
select is(outcome(v), '42501', 'the worker is refused: ' || v) from unnest(array['update core.file_types set size_limit = 1', 'delete from core.file_types']) as v;
select act_as_dba();
select is(everything(), digest, 'the refused statements change nothing') from before;

select * from finish();
rollback;
