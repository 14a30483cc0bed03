\ir ../../fixtures.psql

select act_as('officer');
select is(core.side_of(id_of('ours'), 'adopter.one'), 'ADOPTER', 'an applicant is on the side of adopters');
select is(core.side_of(id_of('ours'), u), 'PROFESSIONALS', 'this user is a professional: ' || u) from unnest('{officer.one,judge.one,cafcass.one,nobody}'::text[]) as u;
select is(core.side_of(id_of('bare'), 'adopter.one'), 'PROFESSIONALS', 'an applicant of another case is a professional');
select api.revoke_assignment(id_of('ours'), a.id) from core.assignments as a where a.case_id = id_of('ours') and a.user_id = 'adopter.one';
select is(core.side_of(id_of('ours'), 'adopter.one'), 'ADOPTER', 'a former applicant stays on the side of adopters');

select * from finish();
rollback;
