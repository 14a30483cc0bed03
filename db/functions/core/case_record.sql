-- One case, as its caller may see it
create or replace function core.case_record(p_case_id uuid)
returns api.case_record
language plpgsql
stable
security invoker
set search_path = ''
set plan_cache_mode = force_generic_plan
-- The plan is kept, even if it was made while there was next to nothing in the tables.
set enable_seqscan = off
as $$
declare
  v_role core.user_role := core.caller_role();
  v_can_move boolean := has_function_privilege('api.change_case_status'::regproc, 'execute');
  v_record api.case_record;
begin
  -- What core.case_records says of many, in a plan that is half as dear for one.
  select
    c.id,
    c.case_number,
    c.case_type::text,
    c.status::text,
    t.name,
    c.court_code,
    d.created_by,
    c.created_at,
    c.updated_at,
    c.version,
    -- An adopter is shown itself alone.
    case
      when v_role = 'ADOPTER' then array(
        select a.user_id
        from core.assignments as a
        where a.case_id = p_case_id and a.revoked_at is null and a.assignment_type = 'APPLICANT'
      )
      else coalesce(p.applicant_ids, '{}')
    end,
    p.assigned_judge,
    p.organisation_ids,
    r.reason,
    d.notes,
    d.internal_notes,
    d.staff_comments,
    d.linked_family_court_case_reference,
    row(c.created_at, c.next_hearing)::api.key_dates,
    core.attention(c.next_hearing),
    row(
      has_function_privilege('api.update_case'::regproc, 'execute'),
      v.to_statuses is not null,
      has_function_privilege('api.delete_case'::regproc, 'execute'),
      has_function_privilege('api.list_case_audit'::regproc, 'execute'),
      coalesce(v.to_statuses, '{}')
    )::api.case_permissions,
    d.case_id is null
  into v_record
  from core.cases as c
  join core.courts as t on t.code = c.court_code
  left join core.case_details as d on d.case_id = c.id and d.version = c.details_version
  left join core.case_participants as p on p.case_id = c.id
  left join core.status_change_particulars as r on r.status_change_id = c.status_change_id
  cross join lateral (
    select array_agg(s.to_status::text order by s.to_status) as to_statuses
    from core.status_transitions as s
    where s.from_status = c.status and v_role = any (s.roles) and v_can_move
  ) as v
  where c.id = p_case_id and c.deleted_at is null;

  return v_record;
end;
$$;

comment on function core.case_record(uuid) is
'The case, redacted by the policies of the side tables; null if it is out of reach or deleted. The same as of
core.case_records, which a test holds it to.';

revoke all on function core.case_record(uuid) from public;
grant execute on function core.case_record(uuid) to casefile_caller;
