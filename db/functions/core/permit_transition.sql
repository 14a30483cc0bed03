-- Whether a case may move to another status
create or replace function core.permit_transition(p_from core.case_status, p_to text, p_reason text)
returns core.case_status
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_transition core.status_transitions;
begin
  if not exists (select from core.status_transitions as t where t.from_status = p_from) then
    raise exception using
      errcode = 'JCTRM',
      message = 'The case has the outcome ' || p_from || '. Its status cannot be changed',
      detail = jsonb_build_object('currentStatus', p_from)::text;
  end if;

  select * into v_transition
  from core.status_transitions as t
  where t.from_status = p_from and t.to_status::text = p_to;

  if not found then
    raise exception using
      errcode = 'JCSTA',
      message = 'Invalid status transition: a case cannot move from ' || p_from || ' to ' || coalesce(nullif(left(p_to, 50), ''), 'no status'),
      detail = jsonb_build_object(
        'validTransitions',
        coalesce((select n.to_statuses from core.next_statuses as n where n.from_status = p_from and n.user_role = core.caller_role()), '{}')
      )::text;
  end if;

  -- Work without the server has no role to check.
  if core.caller_role() <> all (v_transition.roles) then
    raise exception using
      errcode = 'JCROL',
      message = 'Permission denied',
      detail = jsonb_build_object('requiredRoles', v_transition.roles, 'userRole', core.caller_role())::text;
  end if;

  if v_transition.reason_required and core.trimmed(p_reason) is null then
    raise exception using
      errcode = 'JCREA',
      message = 'A reason is required to move a case to ' || p_to,
      detail = jsonb_build_object('field', 'reason')::text;
  end if;

  return v_transition.to_status;
end;
$$;

comment on function core.permit_transition(core.case_status, text, text) is
'The status to move to, if core.status_transitions allows this caller to choose it.
Errors: JCTRM terminal status; JCSTA not allowed from here; JCROL not for this role; JCREA reason required.';

revoke all on function core.permit_transition(core.case_status, text, text) from public;
grant execute on function core.permit_transition(core.case_status, text, text)
  to hmcts_case_officer, judge_legal_adviser;
