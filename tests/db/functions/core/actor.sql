\ir ../../fixtures.psql

select act_as('officer');
select is(core.actor(), 'officer.one', 'a caller is its user id');

select act_as_server();
set local role adopter;
select is(outcome('select core.actor()'), 'JCSES', 'a caller role without a session is nobody');

select act_as_dba();
select set_claims('none', 'officer.one', null, null);
select is(core.actor(), session_user::text, 'without a caller''s role there are no claims');

set local role casefile_owner;
select is(core.actor(), session_user::text, 'the owner at work is the login, too');

reset role;
set local session authorization casefile_worker;
set local role document_processor;
select set_claims('document_processor', 'officer.one', null, null);
select is(core.actor(), 'document_processor', 'the worker is nobody else');

select * from finish();
rollback;
