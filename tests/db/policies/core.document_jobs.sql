\ir ../fixtures.psql
\ir ../policies.psql
\ir ../documents.psql

select is(array(select grants_on('core.document_jobs')), array[
  'select *: document_processor', 'update attempts, run_at, lease, leased_until, last_failure: document_processor', 'delete *: document_processor'
], 'exactly these grants exist');
select is(array(select passes('core.document_jobs')), array[
  'document_processor: sees all, changes all, into all, deletes all, writes all',
  'casefile_owner: sees all, writes all'
], 'with every grant, the policies let exactly this pass');
create temp table before as select everything() as digest;
select is(tried(s.name, v), '42501', format('%s is refused: %s', s.name, v))
from six as s, unnest(array[
  'select from core.document_jobs', 'insert into core.document_jobs (document_id) values (document(''begun''))', 'update core.document_jobs set attempts = 0',
  'update core.document_jobs set run_at = ''infinity''', 'delete from core.document_jobs', 'truncate core.document_jobs'
]) as v;
select act_as_server();
select is(outcome('select from core.document_jobs'), '42501', 'the server may not read the table');
select act_as_worker();
select is(outcome(v), '42501', 'the worker is refused: ' || v)
from unnest(array[
  'insert into core.document_jobs (document_id) values (document(''begun''))', 'update core.document_jobs set document_id = document(''begun'')', 'truncate core.document_jobs'
]) as v;
select is(outcome('update core.document_jobs set lease = core.new_id()'), '23514', 'a lease without an end is refused');
select act_as_dba();
set local role casefile_owner;
select is((select count(*) from core.document_jobs), 7::bigint, 'the owner sees every job');
select is(affected(v), 0::bigint, 'the owner changes no job: ' || v)
from unnest('{update core.document_jobs set attempts = 0,delete from core.document_jobs}'::text[]) as v;
reset role;
select is(everything(), digest, 'the refused statements change nothing') from before;

select act_as_worker();
select is((select count(*) from core.document_jobs), 7::bigint, 'the worker sees every job');
select is(affected('update core.document_jobs set run_at = now()'), 7::bigint, 'the worker may change every job');
select is(affected('delete from core.document_jobs'), 7::bigint, 'the worker may remove every job');

select * from finish();
rollback;
