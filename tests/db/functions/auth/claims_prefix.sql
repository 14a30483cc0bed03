\ir ../../fixtures.psql

select act_as_dba();
select matches(auth.claims_prefix(), '^casefile\.k[0-9a-f]{64}_$', 'a name that PostgreSQL takes, and nobody guesses');
set local debug_print_plan = on;
select is(outcome('select auth.claims_prefix()'), 'JCSES', 'in no plan that is shown');

select * from finish();
rollback;
