\ir ../fixtures.psql
\ir ../policies.psql
\ir ../documents.psql

select is(array(select grants_on('core.document_removals')), array['select *: document_processor', 'insert document_id: document_processor'], 'exactly these grants exist');
insert into core.document_removals (document_id) values (document('failed'));
select is(array(select passes('core.document_removals')), array[
  'document_processor: sees all, writes all',
  'casefile_owner: sees all'
], 'with every grant, the policies let exactly this pass');
create temp table before as select everything() as digest;
select is(tried(s.name, v), '42501', format('%s is refused: %s', s.name, v))
from six as s, unnest(array[
  'select from core.document_removals', 'insert into core.document_removals (document_id) values (document(''order''))',
  'update core.document_removals set removed_at = now()', 'delete from core.document_removals', 'truncate core.document_removals'
]) as v;
select act_as_server();
select is(outcome('select from core.document_removals'), '42501', 'the server may not read the table');
select act_as_worker();
select is(outcome(v), '42501', 'the worker is refused: ' || v)
from unnest(array[
  'insert into core.document_removals (document_id, removed_at) values (document(''order''), now())', 'update core.document_removals set removed_at = now()',
  'delete from core.document_removals', 'truncate core.document_removals'
]) as v;
select is((select count(*) from core.document_removals), 1::bigint, 'the worker sees the removals');
select act_as_dba();
select is(everything(), digest, 'the refused statements change nothing') from before;

select * from finish();
rollback;
