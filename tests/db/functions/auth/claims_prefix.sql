\ir ../../fixtures.psql

select act_as_dba();
select matches(auth.claims_prefix(), '^casefile\.k[0-9a-f]{64}_$', 'the prefix is a name that PostgreSQL accepts and nobody can guess');
set local debug_print_plan = on;
select is(outcome('select auth.claims_prefix()'), 'JCSES', 'the function refuses to run while plans are shown');

select * from finish();
rollback;
