\ir ../../fixtures.psql

create function fixture.participants(p_name text) returns text language sql as $$
  select row(p.court_code, p.applicant_ids, p.assigned_judge, p.organisation_ids)::text
  from core.case_participants as p
  where p.case_id = id_of(p_name);
$$;

select act_as_dba();
select is(participants('bare'), null, 'a case without assignments or links has no participants');

-- As if they came in separate transactions.
set session_replication_role = replica;
alter table core.assignments disable trigger user;
alter table core.organisation_links disable trigger user;
insert into core.assignments (id, case_id, court_code, user_id, assignment_type, created_at, revoked_at)
select core.new_id(), id_of('bare'), 'BFC', a.user_id, a.assignment_type::core.assignment_type, now() + a.after, now() + a.revoked_after
from (
  values
    ('z', 'APPLICANT', interval '1 hour', null::interval), ('a', 'APPLICANT', '2 hours', null), ('gone', 'APPLICANT', '0', interval '1 hour'),
    ('first', 'JUDICIAL', '1 hour', null), ('last', 'JUDICIAL', '2 hours', null), ('revoked', 'JUDICIAL', '3 hours', '4 hours'),
    ('x', 'CAFCASS', '4 hours', null), ('x', 'SOCIAL_WORKER', '5 hours', null)
) as a (user_id, assignment_type, after, revoked_after);
insert into core.organisation_links (id, case_id, court_code, organisation_id, organisation_type, linked_at, linked_by, unlinked_at, unlinked_by)
select
  core.new_id(), id_of('bare'), 'BFC', o.organisation_id, 'LOCAL_AUTHORITY', now() + o.after, 'x', now() + o.unlinked_after,
  case when o.unlinked_after is not null then 'x' end
from (
  values ('z', interval '1 hour', null::interval), ('a', '2 hours', null), ('gone', '0', interval '1 hour')
) as o (organisation_id, after, unlinked_after);
reset session_replication_role;
select is(participants('bare'), null, 'with triggers disabled, no participants are gathered');

create temp table others as select p from core.case_participants as p where p.case_id <> id_of('bare');
select core.gather_participants(array[id_of('bare'), core.new_id()]);
select is(
  participants('bare'), '(BFC,"{z,a}",last,"{z,a}")',
  'applicants and organisations are in order of arrival, the judge is the latest, and revoked ones are left out'
);

update core.assignments set revoked_at = now() + interval '6 hours' where case_id = id_of('bare') and revoked_at is null;
update core.organisation_links set unlinked_at = now() + interval '6 hours', unlinked_by = 'x' where case_id = id_of('bare') and unlinked_at is null;
select core.gather_participants(array[id_of('bare')]);
select is(participants('bare'), '(BFC,{},,)', 'all participants may leave a case');
select bag_eq(
  $$select p from core.case_participants as p where p.case_id <> id_of('bare')$$, 'select p from others', 'no other case is touched'
);

select * from finish();
rollback;
