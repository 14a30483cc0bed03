\ir ../../fixtures.psql

select act_as('officer');
select is(core.side_of(id_of('ours'), 'adopter.one'), 'ADOPTER', 'an applicant');
select is(core.side_of(id_of('ours'), u), 'PROFESSIONALS', u) from unnest('{officer.one,judge.one,cafcass.one,nobody}'::text[]) as u;
select is(core.side_of(id_of('bare'), 'adopter.one'), 'PROFESSIONALS', 'of no other case');
select api.revoke_assignment(id_of('ours'), a.id) from core.assignments as a where a.case_id = id_of('ours') and a.user_id = 'adopter.one';
select is(core.side_of(id_of('ours'), 'adopter.one'), 'ADOPTER', 'and stays so');

select * from finish();
rollback;
