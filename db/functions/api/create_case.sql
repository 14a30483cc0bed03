-- POST /api/cases
create or replace function api.create_case(
  p_case_type text,
  p_notes text default null,
  p_internal_notes text default null,
  p_staff_comments text default null,
  p_linked_family_court_case_reference text default null,
  p_next_hearing timestamptz default null
)
returns api.case_record
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_id uuid := core.new_id();
  v_court_code text := nullif(core.claim('court_code'), '');
begin
  perform core.refuse(
    core.check_required('caseType', p_case_type),
    core.check_word('caseType', core.trimmed(p_case_type), enum_range(null::core.case_type)::text[]),
    core.check_length('notes', p_notes, 20000),
    core.check_length('internalNotes', p_internal_notes, 20000),
    core.check_length('staffComments', p_staff_comments, 20000),
    core.check_length('linkedFamilyCourtCaseReference', p_linked_family_court_case_reference, 50),
    core.check_time('nextHearing', p_next_hearing)
  );

  if v_court_code is null then
    raise exception using
      errcode = 'JCVAL',
      message = 'You have no court, and a case is created in the court of its officer. Sign in with a court',
      detail = '{"reason": "NO_COURT", "field": "courtAssignment"}';
  end if;

  insert into core.case_details (case_id, notes, internal_notes, staff_comments, linked_family_court_case_reference)
  values (v_id, p_notes, p_internal_notes, p_staff_comments, p_linked_family_court_case_reference);

  -- The triggers on core.cases take the number and write the audit row.
  insert into core.cases (id, court_code, case_type, next_hearing)
  values (v_id, v_court_code, core.trimmed(p_case_type)::core.case_type, p_next_hearing);

  return (select r from core.case_records() as r where r.id = v_id);
end;
$$;

comment on function api.create_case(text, text, text, text, text, timestamptz) is
'Creates a case in the caller''s own court, with the next number of the court and year.
Errors: 42501 not for this role; JCVAL no or unknown case type, a text beyond its limit, a time in no year that can be written, no court.';

revoke all on function api.create_case(text, text, text, text, text, timestamptz) from public;
grant execute on function api.create_case(text, text, text, text, text, timestamptz) to hmcts_case_officer;
