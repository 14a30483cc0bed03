\ir ../../fixtures.psql

select act_as('officer');
select is((api.get_admin_only()).caller, core.caller(), 'an officer is told who it is');
select is(outcome(n, 'select api.get_admin_only()'), '42501', 'not for ' || n)
from unnest('{judge,cafcass,social_worker,agency,adopter}'::text[]) as n;

select * from finish();
rollback;
