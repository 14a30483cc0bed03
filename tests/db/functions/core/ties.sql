\ir ../../fixtures.psql

select act_as_dba();
create function fixture.ties(p_name text) returns text[] language sql as $$
  select array_agg(concat_ws(' ', t.way, t.reached_by) order by t.way, t.reached_by) from core.ties() as t where t.case_id = id_of(p_name);
$$;
select is(
  ties('ours'),
  '{APPLICANT adopter.one,APPLICANT spouse.one,CAFCASS cafcass.one,JUDICIAL judge.one,LOCAL_AUTHORITY la.one,SOCIAL_WORKER social.one,VOLUNTARY_AGENCY va.one}',
  'each assignment and link is a tie of its own kind'
);
select is(ties('deleted'), null, 'a deleted case has no ties');
select is(ties('bare'), null, 'a case without assignments and links has no ties');
select is_empty('select from core.ties() as t join core.cases as c on c.id = t.case_id where t.created_at <> c.created_at', 'each tie has the time of the case''s creation');

select act_as('officer');
select api.revoke_assignment(id_of('ours'), a.id) from core.assignments as a where a.case_id = id_of('ours') and a.assignment_type <> 'JUDICIAL';
select api.unlink_organisation(id_of('ours'), o) from unnest('{la.one,va.one}'::text[]) as o;
select act_as_dba();
select is(ties('ours'), '{JUDICIAL judge.one}', 'revoked assignments and ended links are no ties');

select * from finish();
rollback;
