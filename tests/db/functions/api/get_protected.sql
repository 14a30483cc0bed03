\ir ../../fixtures.psql

select act_as('adopter');
select is((api.get_protected()).caller, core.caller(), 'anybody is told who it is');
select act_as('officer');
select is((api.get_protected()).caller, core.caller(), 'an officer, too');
select act_as_server();
select throws_ok('select api.get_protected()', '42501', null, 'not before somebody calls');

select * from finish();
rollback;
