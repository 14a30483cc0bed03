\ir ../../fixtures.psql
\ir ../../directory.psql

select act_as_dba();
update auth.users set name = 'Una Other' where user_id = 'una';
select is(last_change(), session_user || ' user una f', 'a change of a user is recorded');
update auth.users set name = name where user_id = 'una';
select is(last_change(), session_user || ' user una f', 'an update that changes nothing is not recorded');
-- As in the sessions of casefile_migrator.
set local row_security = off;
update auth.users set name = 'Nora Other' where user_id = 'nora';
select is(last_change(), session_user || ' user nora f', 'a change with row_security off is recorded');

select * from finish();
rollback;
