-- A case as the audit trail records it
create or replace function audit.case_image(p_case core.cases)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
      'caseNumber', p_case.case_number,
      'caseType', p_case.case_type,
      'courtCode', p_case.court_code,
      'status', p_case.status,
      'nextHearing', to_char(p_case.next_hearing at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'deletedAt', to_char(p_case.deleted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'version', p_case.version,
      'statusReason', (
        select r.reason from core.status_change_particulars as r where r.status_change_id = p_case.status_change_id
      ),
      'notes', d.notes,
      'internalNotes', d.internal_notes,
      'staffComments', d.staff_comments,
      'linkedFamilyCourtCaseReference', d.linked_family_court_case_reference
    )
    from core.case_details as d
    where d.case_id = p_case.id and d.version = p_case.details_version
  );
end;
$$;

comment on function audit.case_image(core.cases) is
'Every field of a case that can change, and those that it was created with, named as the API names them. Times in UTC.';

revoke all on function audit.case_image(core.cases) from public;
grant execute on function audit.case_image(core.cases) to casefile_backup;
