\ir ../../fixtures.psql

create function fixture.latest() returns audit.entries language sql security definer as $$
  select e from audit.entries as e order by e.id desc limit 1;
$$;
create function fixture.shown() returns text language sql as $$
  select concat_ws(' ', e.entity, e.action, e.actor, e.actor_role, e.before - 'version', e.after - 'version')
  from latest() as e;
$$;

select act_as('officer');
insert into fixture.cases
select 'new', (api.create_case('AGENCY_ADOPTION', 'n', null, null, null, '2026-07-01 10:00+01')).id;
select is(
  row(e.case_id, e.entity, e.entity_id, e.action, e.actor, e.actor_role, e.before, e.after)::text,
  row(
    id_of('new'), 'case', id_of('new'), 'CREATE', 'officer.one', 'HMCTS_CASE_OFFICER', null,
    jsonb_build_object(
      'caseNumber', (select c.case_number from core.cases as c where c.id = id_of('new')), 'caseType', 'AGENCY_ADOPTION', 'courtCode', 'BFC',
      'status', 'APPLICATION', 'notes', 'n', 'nextHearing', '2026-07-01T09:00:00.000Z', 'version', 1
    )
  )::text,
  'the entry of a creation has every field that is not null'
) from latest() as e;

select is(moves(id_of('new'), $$select api.change_case_status(id_of('new'), 1, 'ON_HOLD', 'why')$$), '{1,1}', 'putting a case on hold makes one entry');
select is(
  shown(),
  'case STATUS_CHANGE officer.one HMCTS_CASE_OFFICER {"status": "APPLICATION", "statusReason": null} {"status": "ON_HOLD", "statusReason": "why"}',
  'the entry of a change of status has the statuses and the reason'
);
select is(row(e.before -> 'version', e.after -> 'version')::text, '(1,2)', 'the entry of a change of status has the versions') from latest() as e;

select is(moves(id_of('new'), $$select api.change_case_status(id_of('new'), 2, 'DIRECTIONS')$$), '{1,1}', 'the next change of status makes one entry');
select is(
  shown(),
  'case STATUS_CHANGE officer.one HMCTS_CASE_OFFICER {"status": "ON_HOLD", "statusReason": "why"} {"status": "DIRECTIONS", "statusReason": null}',
  'the next change of status records that the reason is gone'
);

select is(moves(id_of('new'), $$select api.update_case(id_of('new'), 3, '{"notes": null, "staff_comments": "s"}')$$), '{1,1}', 'a change of details makes one entry');
select is(
  shown(), 'case UPDATE officer.one HMCTS_CASE_OFFICER {"notes": "n", "staffComments": null} {"notes": null, "staffComments": "s"}',
  'the entry of a change has only the changed details'
);

select act_as_dba();
update core.cases set next_hearing = null where id = id_of('new');
select is(
  shown(), format('case UPDATE %s DATABASE {"nextHearing": "2026-07-01T09:00:00.000Z"} {"nextHearing": null}', session_user),
  'a change made without the server is recorded as such'
);

set local session_replication_role = replica;
select is(
  moves(id_of('new'), $$update core.cases set next_hearing = '2026-07-01' where id = id_of('new')$$),
  '{1,1}', 'the trigger also fires in a session with session_replication_role = replica'
);
set local session_replication_role = origin;

select act_as('officer');
select is(moves(id_of('new'), $$select api.delete_case(id_of('new'), 6)$$), '{1,1}', 'a deletion makes one entry');
select is(e.action, 'DELETE', 'the entry of a deletion has the action DELETE') from latest() as e;
select is(row(e.before ->> 'deletedAt', e.after ? 'deletedAt')::text, '(,t)', 'the entry of a deletion has its time') from latest() as e;

select act_as_dba();
select is_empty('select audit.find_broken_chains()', 'all entries form one chain');

select * from finish();
rollback;
