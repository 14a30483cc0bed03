\ir ../../fixtures.psql

create function fixture.actions(p_page api.audit_page) returns text language sql as $$
  select string_agg(e.action, ' ' order by e.ordinality) from unnest(p_page.entries) with ordinality as e;
$$;

select act_as('officer');
select is(
  actions(api.list_case_audit(id_of('ours'))),
  'STATUS_CHANGE ORGANISATION_LINK ORGANISATION_LINK ASSIGNMENT_CREATE ASSIGNMENT_CREATE ASSIGNMENT_CREATE ASSIGNMENT_CREATE ASSIGNMENT_CREATE CREATE',
  'all entries are listed, newest first'
);
select is((api.list_case_audit(id_of('ours'))).pagination, row(9, 1, 50, 1, null, false)::api.pagination, 'a page has 50 entries by default');
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
  'an entry has its actor, request and the values before and after'
);
select is(
  array(select e.occurred_at from unnest((api.list_case_audit(id_of('ours'))).entries) with ordinality as e order by e.ordinality),
  array(select e.occurred_at from audit.entries as e where e.case_id = id_of('ours') order by e.occurred_at desc),
  'the entries are strictly ordered by time'
);

select is(actions(api.list_case_audit(id_of('ours'), 1, 2)), 'STATUS_CHANGE ORGANISATION_LINK', 'a page has as many entries as asked for');
select is(actions(api.list_case_audit(id_of('ours'), 5, 2)), 'CREATE', 'the last page has the rest');
select is(actions(api.list_case_audit(id_of('ours'), 6, 2)), null, 'a page beyond the last is empty');
select is((api.list_case_audit(id_of('ours'), 5, 2)).pagination, row(9, 5, 2, 5, null, false)::api.pagination, 'the pagination says which page it is and how many there are');
select is(
  actions(api.list_case_audit(id_of('ours'), null, 2, ((api.list_case_audit(id_of('ours'), 1, 7)).pagination).next_cursor)),
  'ASSIGNMENT_CREATE CREATE', 'a cursor gives the entries after the previous page'
);
select is(((api.list_case_audit(id_of('ours'), 1, 9)).pagination).next_cursor, null, 'the last page has no cursor');
select is(detail($$select api.list_case_audit(id_of('ours'), p_cursor => 'x')$$), '{"field": "cursor"}', 'an invalid cursor is refused');
select is((api.list_case_audit(id_of('ours'), 2147483647, 100)).entries, '{}', 'a very high page number gives an empty page');
select is(detail($$select api.list_case_audit(id_of('ours'), 0, 2)$$), '{"field": "page"}', 'page 0 is refused');
select is(detail($$select api.list_case_audit(id_of('ours'), 1, 101)$$), '{"field": "pageSize"}', 'a page of more than 100 entries is refused');

select is(
  actions(api.list_case_audit(id_of('deleted'), 1, 2)),
  'DELETE STATUS_CHANGE', 'an officer still reads the trail of a deleted case'
);
select is(outcome('judge', $$select api.list_case_audit(id_of('deleted'))$$), 'JCMIS', 'a judge does not read the trail of a deleted case');
select is(outcome('other_officer', $$select api.list_case_audit(id_of('deleted'))$$), 'JCMIS', 'an officer of another court does not read the trail of a deleted case');
select is(outcome('judge', $$select api.list_case_audit(id_of('ours'))$$), 'ok', 'a judge reads the trail of the judge''s case');
select is(outcome('other_judge', $$select api.list_case_audit(id_of('ours'))$$), 'JCMIS', 'another judge does not read the trail');
select is(outcome('other_officer', $$select api.list_case_audit(id_of('ours'))$$), 'JCMIS', 'an officer of another court does not read the trail');
select is(outcome('officer', $$select api.list_case_audit(core.new_id())$$), 'JCMIS', 'a case that does not exist is not found');
select is(outcome(n, $$select api.list_case_audit(id_of('ours'))$$), '42501', 'this function may not be called by ' || n)
from unnest('{cafcass,social_worker,agency,adopter}'::text[]) as n;

-- All errors at once.
select act_as('officer');
select is(
  errors_of($$select api.list_case_audit(id_of('ours'), 0, 101, 'x')$$), '{page OUT_OF_RANGE,pageSize OUT_OF_RANGE,cursor INVALID_FORMAT}', 'all errors in one request are reported together'
);

select * from finish();
rollback;
