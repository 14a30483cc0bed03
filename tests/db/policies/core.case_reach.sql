\ir ../fixtures.psql
\ir ../policies.psql

select is(array(select grants_on('core.case_reach')), array['select *: all'], 'exactly these grants exist');
select is(array(select passes('core.case_reach')), array[
  'judge, cafcass, social_worker, agency, adopter, spouse, other_judge, other_cafcass, other_social_worker, other_agency, other_adopter: sees 1',
  'assigned_social_worker: sees 2',
  'casefile_owner: sees all, changes all, into all, deletes all, writes all'
], 'with every grant, the policies let exactly this pass');

create function fixture.reached() returns text[] language sql as $$
  select array_agg(distinct n.name order by n.name) from core.case_reach as r join cases as n on n.id = r.case_id;
$$;
create function fixture.reaches(p_role text, p_user_id text, p_organisation_id text) returns boolean language plpgsql as $$
begin
  perform act_as(p_role, p_user_id, 'BFC', p_organisation_id);
  return exists (select from core.case_reach);
end;
$$;

-- Each in the way of its role, without the deleted case of all users named one.
select is(
  seen(c.name, 'select n.name || ''/'' || r.way || ''/'' || r.reached_by from core.case_reach as r join fixture.cases as n on n.id = r.case_id'),
  case
    when c.role = 'HMCTS_CASE_OFFICER' then ''
    when c.name = 'other_social_worker' then 'theirs/LOCAL_AUTHORITY/la.two'
    when c.name = 'other_agency' then 'theirs/VOLUNTARY_AGENCY/va.two'
    when c.name ~ 'other' then format('theirs/%s/%s', s.way, c.user_id)
    when c.name = 'social_worker' then 'ours/LOCAL_AUTHORITY/la.one'
    when c.name = 'agency' then 'ours/VOLUNTARY_AGENCY/va.one'
    else format('ours/%s/%s', s.way, c.user_id)
  end, 'exactly the rows within reach are seen by ' || c.name
)
from callers as c
left join (
  values ('JUDGE_LEGAL_ADVISER', 'JUDICIAL'), ('CAFCASS_OFFICER', 'CAFCASS'), ('LA_SOCIAL_WORKER', 'SOCIAL_WORKER'), ('ADOPTER', 'APPLICANT')
) as s (role, way) on s.role = c.role;

select act_as('LA_SOCIAL_WORKER', 'social.one', null, 'la.two');
select is(reached(), '{ours,theirs}', 'a social worker reaches own cases and those of the authority');
select act_as('LA_SOCIAL_WORKER', 'social.one', null, 'la.one');
select is((select count(*) from core.case_reach), 2::bigint, 'a case that is reached in two ways has two rows');
select is((select count(*) from core.cases), 1::bigint, 'a case that is reached in two ways is seen once');

-- An assignment or link gives access only in its own way: every role with everybody's claims.
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
  unnest('{judge.one,cafcass.one,social.one,adopter.one,la.one,va.one,nobody}'::text[]) as u (id),
  unnest('{la.one,va.one,social.one,""}'::text[]) as o (id);

-- Ids are case-sensitive; null matches nobody.
select act_as('JUDGE_LEGAL_ADVISER', 'Judge.One', null, null);
select is(reached(), null, 'a user id in other letters reaches nothing');
select act_as('JUDGE_LEGAL_ADVISER', '', null, null);
select is(reached(), null, 'an empty user id reaches nothing');
select act_as('VAA_WORKER', 'agency.one', null, 'VA.ONE');
select is(reached(), null, 'an organisation id in other letters reaches nothing');
select act_as('VAA_WORKER', 'agency.one', null, null);
select is(reached(), null, 'no organisation reaches nothing');
select act_as_server();
select throws_ok('select from core.case_reach', '42501', null, 'the server may not read the table');

-- Revoked or ended: no access.
select act_as('officer');
select api.revoke_assignment(id_of('ours'), a.id)
from core.assignments as a
where a.case_id = id_of('ours') and a.assignment_type = 'JUDICIAL';
select api.unlink_organisation(id_of('ours'), 'va.one');
select act_as('judge');
select is(reached(), null, 'a revoked assignment gives no reach');
select is_empty('select from core.cases', 'a revoked assignment gives no case');
select act_as('agency');
select is(reached(), null, 'an ended link gives no reach');
select is_empty('select from core.cases', 'an ended link gives no case');

-- No role may write or gather it.
select act_as_dba();
create temp table before as select everything() as digest;
select is(tried(s.name, v), '42501', format('%s is refused: %s', s.name, v))
from six as s, unnest(array[
  'insert into core.case_reach select id_of(''theirs''), r.way, r.reached_by, now() from core.case_reach as r',
  'update core.case_reach set case_id = id_of(''theirs'')', 'update core.case_reach set reached_by = ''x''',
  'delete from core.case_reach', 'truncate core.case_reach', 'select core.gather_reach(''{}'')', 'select * from core.ties()',
  'select core.find_reach_faults(null, null)'
]) as v;
select act_as_dba();
select is(everything(), digest, 'the refused statements change nothing') from before;

select * from finish();
rollback;
