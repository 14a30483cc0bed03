\ir ../../fixtures.psql

create function fixture.people(p_name text) returns text language sql as $$
  select row(p.applicant_ids, p.assigned_judge)::text from core.case_participants as p where p.case_id = id_of(p_name);
$$;

select act_as('officer');
select api.create_assignment(id_of('bare'), n, 'CAFCASS') from unnest('{x,y}'::text[]) as n;
select api.create_assignment(id_of('bare'), 'x', 'SOCIAL_WORKER');
select is(people('bare'), null, 'Cafcass officers and social workers are not gathered');

select api.create_assignment(id_of('bare'), 'a', 'APPLICANT');
select is(people('bare'), '({a},)', 'an applicant is gathered');
select api.create_assignment(id_of('bare'), 'j', 'JUDICIAL');
select is(people('bare'), '({a},j)', 'a judge is gathered');

select act_as('HMCTS_CASE_OFFICER', 'officer.other', 'BFC', null);
update core.assignments set revoked_at = now() where case_id = id_of('bare') and user_id = 'a';
select is(people('bare'), '({},j)', 'an applicant who is revoked by plain SQL is removed');
select api.revoke_assignment(id_of('bare'), a.id) from core.assignments as a where a.case_id = id_of('bare') and a.user_id = 'j';
select is(people('bare'), '({},)', 'a judge who is revoked by the operation is removed');

select act_as_dba();
insert into core.assignments (case_id, user_id, assignment_type) values (id_of('bare'), 'z', 'JUDICIAL');
select is(people('bare'), '({},z)', 'a judge who is assigned without the server is gathered');
select matches(people('theirs'), ',judge[.]two[)]$', 'other cases keep their participants');

select * from finish();
rollback;
