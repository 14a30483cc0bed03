\ir ../../fixtures.psql

select act_as_dba();
insert into core.case_details (case_id, version, created_by) values (id_of('ours'), 77, 'somebody');
select is(row(d.version, d.created_by)::text, '(3,officer.one)', 'the next version of the case, and who created it, whatever was said')
from core.case_details as d where d.case_id = id_of('ours') and d.version > 1;

insert into core.case_details (case_id, version, created_by) values ('00000000-0000-7000-8000-0000000000a1', 77, 'somebody');
select is(row(d.version, d.created_by)::text, format('(1,%s)', session_user), 'the first, and whoever is at work, for a new case')
from core.case_details as d where d.case_id = '00000000-0000-7000-8000-0000000000a1';

select * from finish();
rollback;
