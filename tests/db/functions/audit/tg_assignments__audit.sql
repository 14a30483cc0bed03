\ir ../../fixtures.psql

create function fixture.shown() returns text language sql security definer as $$
  select concat_ws(' ', n.name, e.entity, e.action, e.actor, e.actor_role, e.before, e.after)
  from audit.entries as e
  join fixture.cases as n on n.id = e.case_id
  order by e.id desc limit 1;
$$;

select act_as('officer');
select is(
  moves(id_of('bare'), $$select api.create_assignment(id_of('bare'), 'a', 'CAFCASS')$$),
  '{0,1}', 'an assignment makes one entry and does not change the case'
);
select is(
  shown(), 'bare assignment ASSIGNMENT_CREATE officer.one HMCTS_CASE_OFFICER {"userId": "a", "assignmentType": "CAFCASS"}', 'the entry of an assignment has its user and type'
);
select act_as_dba();
select is((select a.id::text from core.assignments as a where a.user_id = 'a'), e.entity_id, 'the entry names the assignment by its id')
from audit.entries as e order by e.id desc limit 1;

select is(moves(id_of('bare'), $$update core.assignments set revoked_at = now() where user_id = 'a'$$), '{0,1}', 'a revocation makes one entry');
select is(
  shown(), format('bare assignment ASSIGNMENT_REVOKE %s DATABASE {"userId": "a", "assignmentType": "CAFCASS"}', session_user), 'the entry of a revocation has the user and type'
);
select is(row(e.before is null, e.after is null)::text, '(f,t)', 'the entry of a revocation has an image only before') from audit.entries as e order by e.id desc limit 1;

set local session_replication_role = replica;
select is(
  moves(id_of('bare'), $$insert into core.assignments (case_id, user_id, assignment_type) values (id_of('bare'), 'b', 'CAFCASS')$$), '{0,1}',
  'the trigger also fires in a session with session_replication_role = replica'
);

select * from finish();
rollback;
