\ir ../../fixtures.psql
\ir ../../documents.psql

select act_as_worker();
select is(worker.check_home(null), null, 'the worker may call it');
select act_as_dba();
update auth.home set system_identifier = '1';
select act_as_worker();
select is(worker.check_home(null), 'CLUSTER', 'the worker gets the same answer as the server');
select is(outcome(c.name, 'select worker.check_home(null)'), '42501', 'this function may not be called by ' || c.name) from callers as c;

select * from finish();
rollback;
