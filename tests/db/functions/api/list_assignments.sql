\ir ../../fixtures.psql

create function fixture.listed(p_caller text, p_case text) returns text language sql as $$
  select act_as(p_caller);
  select string_agg(concat_ws(' ', a.assignment_type, a.user_id, a.created_by), ', ' order by a.user_id)
  from unnest(api.list_assignments(id_of(p_case))) as a;
$$;

select is(
  listed(n, 'ours'),
  'APPLICANT adopter.one officer.one, CAFCASS cafcass.one officer.one, JUDICIAL judge.one officer.one, SOCIAL_WORKER social.one officer.one, '
  || 'APPLICANT spouse.one officer.one',
  'all assignments are listed for ' || n
)
from unnest('{officer,judge,cafcass,social_worker,assigned_social_worker,agency}'::text[]) as n;
select is(listed('adopter', 'ours'), 'APPLICANT adopter.one', 'an adopter sees only the adopter''s own assignment');
select is(listed('spouse', 'ours'), 'APPLICANT spouse.one', 'another applicant sees only that applicant''s own assignment');
select act_as('officer');
select is(api.list_assignments(id_of('bare')), '{}', 'a case without assignments gives an empty list');

select is(outcome(c.name, $$select api.list_assignments(id_of('ours'))$$), 'JCMIS', 'the case is not found by ' || c.name)
from callers as c where c.name ~ 'other';
select is(outcome('officer', $$select api.list_assignments(id_of('deleted'))$$), 'JCMIS', 'a deleted case is not found');
select is(outcome('officer', $$select api.list_assignments(core.new_id())$$), 'JCMIS', 'a case that does not exist is not found');

select act_as('officer');
select api.revoke_assignment(id_of('ours'), a.id) from core.assignments as a where a.case_id = id_of('ours') and a.assignment_type <> 'APPLICANT';
select is(listed('officer', 'ours'), 'APPLICANT adopter.one officer.one, APPLICANT spouse.one officer.one', 'revoked assignments are not listed');

-- Oldest first.
select act_as_dba();
alter table core.assignments disable trigger user;
update core.assignments set created_at = '2000-01-01' where case_id = id_of('ours') and user_id = 'spouse.one';
select act_as('officer');
select is((api.list_assignments(id_of('ours')))[1].user_id, 'spouse.one', 'the oldest assignment comes first');

select * from finish();
rollback;
