\ir ../../fixtures.psql

select act_as_dba();
savepoint before;
insert into core.case_details (case_id, version, created_by, court_code) values (id_of('ours'), 77, 'somebody', 'LDFC');
select is(row(d.version, d.created_by, d.court_code)::text, '(3,officer.one,BFC)', 'new details get the next version, the current user and the court of the case, not what is stated')
from core.case_details as d where d.case_id = id_of('ours') and d.version > 1;

insert into core.case_details (case_id, version, created_by, court_code) values ('00000000-0000-7000-8000-0000000000a1', 77, 'somebody', 'LDFC');
select is(row(d.version, d.created_by, d.court_code)::text, format('(1,%s,LDFC)', session_user), 'the details of a new case get version 1, the current user and the stated court')
from core.case_details as d where d.case_id = '00000000-0000-7000-8000-0000000000a1';

select is(outcome('insert into core.case_details (case_id) values (core.new_id())'), '23502', 'the court is required without a session');
rollback to before;
select act_as('officer');
insert into core.case_details (case_id) values ('00000000-0000-7000-8000-0000000000a2');
select is(d.court_code, 'BFC', 'the details of a new case get the officer''s court') from core.case_details as d where d.case_id = '00000000-0000-7000-8000-0000000000a2';

select * from finish();
rollback;
