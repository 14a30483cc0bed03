\ir ../../fixtures.psql

create function fixture.reaches(p_role text, p_user_id text, p_organisation_id text) returns boolean language sql as $$
  select act_as(p_role, p_user_id, 'BFC', p_organisation_id);
  select cardinality(core.reached_case_ids()) > 0;
$$;

-- Each in the way of its role, without the deleted case that everybody called one is tied to.
select act_as('judge');
select is(core.reached_case_ids(), array[id_of('ours')], 'judge');
select act_as('cafcass');
select is(core.reached_case_ids(), array[id_of('ours')], 'cafcass');
select act_as('social_worker');
select is(core.reached_case_ids(), array[id_of('ours')], 'social_worker');
select act_as('assigned_social_worker');
select is(core.reached_case_ids(), array[id_of('ours')], 'assigned_social_worker');
select act_as('agency');
select is(core.reached_case_ids(), array[id_of('ours')], 'agency');
select act_as('adopter');
select is(core.reached_case_ids(), array[id_of('ours')], 'adopter');
select act_as('spouse');
select is(core.reached_case_ids(), array[id_of('ours')], 'spouse');

select act_as('officer');
select is(core.reached_case_ids(), '{}', 'an officer reaches a court, and no case by name');

-- An assignment or a link gives access in its own way alone: every role with everybody's claims.
select is(
  reaches(r.role, u.id, o.id),
  case r.role
    when 'JUDGE_LEGAL_ADVISER' then u.id = 'judge.one'
    when 'CAFCASS_OFFICER' then u.id = 'cafcass.one'
    when 'LA_SOCIAL_WORKER' then u.id = 'social.one' or o.id = 'la.one'
    when 'VAA_WORKER' then o.id = 'va.one'
    when 'ADOPTER' then u.id = 'adopter.one'
    else false
  end,
  concat_ws(' ', r.role, u.id, o.id)
)
from unnest(enum_range(null::core.user_role)::text[] || 'casefile_caller'::text) as r (role),
  unnest('{judge.one,cafcass.one,social.one,adopter.one,nobody}'::text[]) as u (id),
  unnest('{la.one,va.one,""}'::text[]) as o (id);

-- Ids are case-sensitive, and nobody is nobody.
select act_as('JUDGE_LEGAL_ADVISER', 'Judge.One', null, null);
select is(core.reached_case_ids(), '{}', 'another user');
select act_as('JUDGE_LEGAL_ADVISER', '', null, null);
select is(core.reached_case_ids(), '{}', 'nobody');
select act_as('VAA_WORKER', 'agency.one', null, 'VA.ONE');
select is(core.reached_case_ids(), '{}', 'another organisation');
select act_as('VAA_WORKER', 'agency.one', null, null);
select is(core.reached_case_ids(), '{}', 'no organisation');

-- What is revoked or ended gives nothing.
select act_as('officer');
select api.revoke_assignment(id_of('ours'), a.id)
from core.assignments as a
where a.case_id = id_of('ours') and a.assignment_type = 'JUDICIAL';
select api.unlink_organisation(id_of('ours'), 'va.one');
select act_as('judge');
select is(core.reached_case_ids(), '{}', 'a revoked assignment gives nothing');
select act_as('agency');
select is(core.reached_case_ids(), '{}', 'an ended link gives nothing');

select * from finish();
rollback;
