\ir ../../fixtures.psql

select act_as('officer');
select is(p.assigned_by, 'officer.one', 'an assignment records who made it')
from core.assignments as a join core.assignment_particulars as p on p.assignment_id = a.id
where a.case_id = id_of('ours') and a.user_id = 'judge.one';

select act_as('HMCTS_CASE_OFFICER', 'officer.other', 'BFC', null);
update core.assignments set revoked_at = now() where case_id = id_of('ours') and user_id = 'judge.one';
select is(row(p.assigned_by, p.revoked_by)::text, '(officer.one,officer.other)', 'a revocation records who made it')
from core.assignments as a join core.assignment_particulars as p on p.assignment_id = a.id
where a.case_id = id_of('ours') and a.user_id = 'judge.one';
select is(count(p.revoked_by), 0::bigint, 'other assignments are not marked as revoked')
from core.assignments as a join core.assignment_particulars as p on p.assignment_id = a.id
where a.user_id <> 'judge.one';

select act_as_dba();
insert into core.assignments (case_id, user_id, assignment_type) values (id_of('ours'), 'z', 'CAFCASS');
select is(p.assigned_by, session_user::text, 'without the server, the login is recorded')
from core.assignments as a join core.assignment_particulars as p on p.assignment_id = a.id
where a.user_id = 'z';

select * from finish();
rollback;
