-- PATCH /api/cases/{id}
create or replace function api.update_case(
  p_case_id uuid,
  p_expected_version integer,
  p_changes jsonb,
  p_any_of integer[] default null
)
returns api.case_record
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_case core.cases := core.lock_case(p_case_id, p_expected_version, p_any_of);
  v_present core.case_details;
  v_details core.case_details;
  v_next_hearing timestamptz := v_case.next_hearing;
begin
  select * into v_present
  from core.case_details as d
  where d.case_id = v_case.id and d.version = v_case.details_version;

  -- A key that is absent keeps the field, and null clears it.
  v_details := jsonb_populate_record(v_present, p_changes - array['case_id', 'version', 'created_by']);
  if p_changes ? 'next_hearing' then
    v_next_hearing := p_changes ->> 'next_hearing';
  end if;

  perform core.refuse(
    core.check_length('notes', v_details.notes, 20000),
    core.check_length('internalNotes', v_details.internal_notes, 20000),
    core.check_length('staffComments', v_details.staff_comments, 20000),
    core.check_length('linkedFamilyCourtCaseReference', v_details.linked_family_court_case_reference, 50),
    core.check_time('nextHearing', v_next_hearing)
  );

  if v_details is distinct from v_present then
    insert into core.case_details (case_id, notes, internal_notes, staff_comments, linked_family_court_case_reference)
    values (
      v_case.id, v_details.notes, v_details.internal_notes, v_details.staff_comments,
      v_details.linked_family_court_case_reference
    )
    returning version into v_details.version;
  end if;

  update core.cases
  set next_hearing = v_next_hearing, details_version = v_details.version
  where id = v_case.id;

  return (select r from core.case_records() as r where r.id = v_case.id);
end;
$$;

comment on function api.update_case(uuid, integer, jsonb, integer[]) is
'Changes details of a case: notes, internal_notes, staff_comments, linked_family_court_case_reference, next_hearing.
Errors: 42501 not for this role; JCMIS no case within reach; JCVER stale version; JCVAL a text beyond
its limit, a time in no year that can be written.';

revoke all on function api.update_case(uuid, integer, jsonb, integer[]) from public;
grant execute on function api.update_case(uuid, integer, jsonb, integer[]) to hmcts_case_officer;
