\ir ../../fixtures.psql

create function fixture.reach(p_name text) returns text[] language sql security definer as $$
  select array_agg(concat_ws(' ', r.way, r.reached_by) order by r.way, r.reached_by) from core.case_reach as r where r.case_id = id_of(p_name);
$$;

select act_as('officer');
select api.create_assignment(id_of('bare'), 'x', t::text) from unnest(enum_range(null::core.assignment_type)) as t;
select is(reach('bare'), '{APPLICANT x,CAFCASS x,JUDICIAL x,SOCIAL_WORKER x}', 'each assignment gives reach of its own kind');
select api.revoke_assignment(id_of('bare'), a.id) from core.assignments as a where a.case_id = id_of('bare') and a.assignment_type = 'CAFCASS';
update core.assignments set revoked_at = now() where case_id = id_of('bare') and assignment_type = 'JUDICIAL';
select is(reach('bare'), '{APPLICANT x,SOCIAL_WORKER x}', 'a revoked assignment gives no reach, even if revoked by plain SQL');
insert into core.assignments (case_id, user_id, assignment_type) values (id_of('bare'), 'x', 'CAFCASS');
select is(reach('bare'), '{APPLICANT x,CAFCASS x,SOCIAL_WORKER x}', 'a new assignment gives reach again');

select act_as_dba();
insert into core.assignments (case_id, user_id, assignment_type) values (id_of('bare'), 'y', 'JUDICIAL');
select is(reach('bare'), '{APPLICANT x,CAFCASS x,JUDICIAL y,SOCIAL_WORKER x}', 'an assignment made without the server gives reach');
select matches(reach('theirs')::text, 'JUDICIAL judge.two', 'other cases keep their reach');

select * from finish();
rollback;
