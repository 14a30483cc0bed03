\ir ../../fixtures.psql
\ir ../../documents.psql

select act_as_worker();
select is(worker.check_home(null), null, 'the worker may ask');
select act_as_dba();
update auth.home set system_identifier = '1';
select act_as_worker();
select is(worker.check_home(null), 'CLUSTER', 'and is told the same as the server');
select is(outcome(c.name, 'select worker.check_home(null)'), '42501', 'not for ' || c.name) from callers as c;

select * from finish();
rollback;
