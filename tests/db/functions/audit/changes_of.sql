\ir ../../fixtures.psql

create function fixture.changes(p_action audit.action, p_before jsonb, p_after jsonb) returns jsonb language sql as $$
  select audit.changes_of(e)
  from jsonb_populate_record(
    null::audit.entries, jsonb_build_object('entity', 'case', 'entity_id', 'x', 'action', p_action, 'before', p_before, 'after', p_after)
  ) as e;
$$;
select is(
  changes('UPDATE', '{"notes": null}', '{"notes": "n"}'), '{"entity": "case", "entityId": "x", "before": {"notes": null}, "after": {"notes": "n"}}', 'a change of details shows the fields before and after'
);
select is(changes('CREATE', null, '{"status": "APPLICATION"}') -> 'after', '{"status": "APPLICATION"}', 'a status in a new case is shown as a field');
select is(
  changes('STATUS_CHANGE', '{"status": "DIRECTIONS", "version": 2}', '{"status": "ON_HOLD", "version": 3, "statusReason": "why"}'),
  '{"entity": "case", "entityId": "x", "before": "DIRECTIONS", "after": "ON_HOLD",
    "others": {"before": {"version": 2}, "after": {"version": 3, "statusReason": "why"}}}',
  'a change of status shows the two statuses as words, and the other fields beside them'
);

select * from finish();
rollback;
