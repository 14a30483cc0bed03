\ir ../../fixtures.psql

create function fixture.actions(p_page api.audit_page) returns text language sql as $$
  select string_agg(e.action, ' ' order by e.ordinality) from unnest(p_page.entries) with ordinality as e;
$$;

select act_as('officer');
select is(
  actions(api.list_case_audit(id_of('ours'))),
  'STATUS_CHANGE ORGANISATION_LINK ORGANISATION_LINK ASSIGNMENT_CREATE ASSIGNMENT_CREATE ASSIGNMENT_CREATE ASSIGNMENT_CREATE ASSIGNMENT_CREATE CREATE',
  'all that happened, newest first'
);
select is((api.list_case_audit(id_of('ours'))).pagination, row(9, 1, 50, 1, null, false)::api.pagination, '50 a page');
select is(
  (
    select row(
      e.case_id, e.action, e.actor, e.actor_role, e.request_id, e.changes - 'before' - 'after' - 'others', e.changes -> 'before',
      e.changes ->> 'after', e.changes -> 'others' -> 'after' ->> 'statusReason'
    )::text
    from unnest((api.list_case_audit(id_of('ours'), 1, 1)).entries) as e
  ),
  row(
    id_of('ours'), 'STATUS_CHANGE', 'officer.one', 'HMCTS_CASE_OFFICER', '00000000-0000-4000-8000-000000000001',
    jsonb_build_object('entity', 'case', 'entityId', id_of('ours')), '"APPLICATION"', 'ON_HOLD', 'a reason'
  )::text,
  'actor, change, before and after'
);
select is(
  array(select e.occurred_at from unnest((api.list_case_audit(id_of('ours'))).entries) with ordinality as e order by e.ordinality),
  array(select e.occurred_at from audit.entries as e where e.case_id = id_of('ours') order by e.occurred_at desc),
  'strictly ordered in time'
);

select is(actions(api.list_case_audit(id_of('ours'), 1, 2)), 'STATUS_CHANGE ORGANISATION_LINK', 'a page');
select is(actions(api.list_case_audit(id_of('ours'), 5, 2)), 'CREATE', 'the last one');
select is(actions(api.list_case_audit(id_of('ours'), 6, 2)), null, 'beyond');
select is((api.list_case_audit(id_of('ours'), 5, 2)).pagination, row(9, 5, 2, 5, null, false)::api.pagination, 'where it stands');
select is(
  actions(api.list_case_audit(id_of('ours'), null, 2, ((api.list_case_audit(id_of('ours'), 1, 7)).pagination).next_cursor)),
  'ASSIGNMENT_CREATE CREATE', 'after the cursor of the page before'
);
select is(((api.list_case_audit(id_of('ours'), 1, 9)).pagination).next_cursor, null, 'none after the last');
select is(detail($$select api.list_case_audit(id_of('ours'), p_cursor => 'x')$$), '{"field": "cursor"}', 'no cursor');
select is((api.list_case_audit(id_of('ours'), 2147483647, 100)).entries, '{}', 'far beyond');
select is(detail($$select api.list_case_audit(id_of('ours'), 0, 2)$$), '{"field": "page"}', 'no such page');
select is(detail($$select api.list_case_audit(id_of('ours'), 1, 101)$$), '{"field": "pageSize"}', 'too long a page');

select is(
  actions(api.list_case_audit(id_of('deleted'), 1, 2)),
  'DELETE STATUS_CHANGE', 'an officer still reads the trail of a deleted case'
);
select is(outcome('judge', $$select api.list_case_audit(id_of('deleted'))$$), 'JCMIS', 'a judge does not');
select is(outcome('other_officer', $$select api.list_case_audit(id_of('deleted'))$$), 'JCMIS', 'nor another court');
select is(outcome('judge', $$select api.list_case_audit(id_of('ours'))$$), 'ok', 'a judge reads that of its case');
select is(outcome('other_judge', $$select api.list_case_audit(id_of('ours'))$$), 'JCMIS', 'not another judge');
select is(outcome('other_officer', $$select api.list_case_audit(id_of('ours'))$$), 'JCMIS', 'nor another court');
select is(outcome('officer', $$select api.list_case_audit(core.new_id())$$), 'JCMIS', 'not there');
select is(outcome(n, $$select api.list_case_audit(id_of('ours'))$$), '42501', 'not for ' || n)
from unnest('{cafcass,social_worker,agency,adopter}'::text[]) as n;

-- All errors at once.
select act_as('officer');
select is(
  errors_of($$select api.list_case_audit(id_of('ours'), 0, 101, 'x')$$), '{page OUT_OF_RANGE,pageSize OUT_OF_RANGE,cursor INVALID_FORMAT}', 'of a request for a list'
);

select * from finish();
rollback;
