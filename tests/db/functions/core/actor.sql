\ir ../../fixtures.psql

select act_as('officer');
select is(core.actor(), 'officer.one', 'the actor of a caller is the user id');

select act_as_server();
set local role adopter;
select is(outcome('select core.actor()'), 'JCSES', 'a caller''s role without a session has no actor');

select act_as_dba();
select set_claims('none', 'officer.one', null, null);
select is(core.actor(), session_user::text, 'without a caller''s role, claims do not count');

set local role casefile_owner;
select is(core.actor(), session_user::text, 'the actor of work as the owner is the login');

reset role;
set local session authorization casefile_worker;
set local role document_processor;
select set_claims('document_processor', 'officer.one', null, null);
select is(core.actor(), 'document_processor', 'the worker cannot act under another name');

select * from finish();
rollback;
