\ir ../../fixtures.psql

select act_as('officer');
select is((api.get_admin_only()).caller, core.caller(), 'it returns the caller to an officer');
select is(outcome(n, 'select api.get_admin_only()'), '42501', 'this function may not be called by ' || n)
from unnest('{judge,cafcass,social_worker,agency,adopter}'::text[]) as n;

select * from finish();
rollback;
