-- The change that an entry records
create or replace function audit.changes_of(p_entry audit.entries)
returns jsonb
language sql
stable
security invoker
as $$
  select case
    when p_entry.action <> 'STATUS_CHANGE' then pg_catalog.jsonb_build_object(
      'entity', p_entry.entity, 'entityId', p_entry.entity_id, 'before', p_entry.before, 'after', p_entry.after
    )
    else pg_catalog.jsonb_build_object(
      'entity', p_entry.entity, 'entityId', p_entry.entity_id,
      'before', p_entry.before -> 'status', 'after', p_entry.after -> 'status',
      'others', pg_catalog.jsonb_build_object('before', p_entry.before - 'status', 'after', p_entry.after - 'status')
    )
  end;
$$;

comment on function audit.changes_of(audit.entries) is
'The fields before and after; of a change of status the two statuses as words, with what else changed beside them.';

revoke all on function audit.changes_of(audit.entries) from public;
grant execute on function audit.changes_of(audit.entries) to hmcts_case_officer, judge_legal_adviser;
