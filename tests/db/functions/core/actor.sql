\ir ../../fixtures.psql

select act_as('officer');
select is(core.actor(), 'officer.one', 'a caller is its user id');

select act_as('ADOPTER', '', null, null);
select is(core.actor(), 'casefile_api', 'a caller without a user id is the login');

select act_as_dba();
set local casefile.user_id = 'officer.one';
select is(core.actor(), session_user::text, 'without a caller''s role a user id is not believed');

set local role casefile_owner;
select is(core.actor(), session_user::text, 'the owner at work is the login, too');

reset role;
set local session authorization casefile_worker;
set local role document_processor;
set local casefile.user_id = 'officer.one';
select is(core.actor(), 'document_processor', 'the worker is nobody else');

select * from finish();
rollback;
