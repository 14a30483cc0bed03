\ir ../fixtures.psql
\ir ../policies.psql
\ir ../documents.psql

select is(array(select grants_on('core.document_types')), array[
  'select *: all'
], 'the grants');
select is(array(select passes('core.document_types')), array[
  'all callers, casefile_caller: sees all',
  'casefile_owner: sees all, changes all, into all, deletes all, writes all'
], 'access by its policies');
select is(seen(s.name, 'select count(*) from core.document_types'), '15', s.name || ' sees them') from six as s;
select act_as_server();
select throws_ok('select from core.document_types', '42501', null, 'not by the server');
select act_as_worker();
select is(outcome('select from core.document_types'), '42501', 'the worker');

select act_as_dba();
create temp table before as select everything() as digest;
select is(tried(s.name, v), '42501', format('%s: %s', s.name, v))
from six as s, unnest(array[
  'insert into core.document_types values (''x'', 99, ''x'', ''x'')',
  'update core.document_types set description_required = false', 'delete from core.document_types', 'truncate core.document_types cascade'
]) as v;
select act_as_worker();
select is(outcome(v), '42501', 'the worker: ' || v) from unnest(array['update core.document_types set description_required = false', 'delete from core.document_types']) as v;
select act_as_dba();
select is(everything(), digest, 'none of it changed anything') from before;

select * from finish();
rollback;
