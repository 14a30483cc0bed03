\ir ../../fixtures.psql

select act_as('adopter');
select is((api.get_protected()).caller, core.caller(), 'it returns the caller to an adopter');
select act_as('officer');
select is((api.get_protected()).caller, core.caller(), 'it returns the caller to an officer');
select act_as_server();
select throws_ok('select api.get_protected()', '42501', null, 'the server may not call it without a caller');

select * from finish();
rollback;
