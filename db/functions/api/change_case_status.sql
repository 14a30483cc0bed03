-- PATCH /api/cases/{id}/status
create or replace function api.change_case_status(
  p_case_id uuid,
  p_expected_version integer,
  p_status text,
  p_reason text default null,
  p_any_of integer[] default null
)
returns api.status_change
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_case core.cases := core.lock_case(p_case_id, p_expected_version, p_any_of);
begin
  -- The guard trigger on core.cases repeats core.permit_transition for updates without this
  -- function, and moves the version. The audit trigger records the change.
  update core.cases
  set status = core.permit_transition(v_case.status, p_status, p_reason), status_reason = core.trimmed(p_reason)
  where id = v_case.id;

  -- The caller may have lost the case while it waited for the lock.
  if not found then
    raise exception using errcode = 'JCMIS', message = 'Case not found';
  end if;

  return row((select r from core.case_records() as r where r.id = v_case.id), v_case.status::text)::api.status_change;
end;
$$;

comment on function api.change_case_status(uuid, integer, text, text, integer[]) is
'Moves a case to another status.
Errors: JCMIS no case within reach; 42501 not for this role; JCVER stale version; JCTRM terminal status;
JCSTA not allowed from here; JCROL not for this role; JCREA reason required; 23514 reason beyond its limit.';

revoke all on function api.change_case_status(uuid, integer, text, text, integer[]) from public;
grant execute on function api.change_case_status(uuid, integer, text, text, integer[])
  to hmcts_case_officer, judge_legal_adviser;
