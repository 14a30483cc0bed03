-- Cases, as their caller may see them
create or replace function core.case_records(p_case_ids uuid[])
returns api.case_record[]
language plpgsql
stable
security invoker
set search_path = ''
-- Or it would be planned anew for each call: a plan for one case looks so much cheaper than one for any number.
set plan_cache_mode = force_generic_plan
-- And the plan is kept, even if it was made while there was next to nothing in the tables.
set enable_seqscan = off
as $$
declare
  v_role core.user_role := core.caller_role();
  -- The grants are the only list of who may do what.
  v_can_edit boolean := has_function_privilege('api.update_case'::regproc, 'execute');
  v_can_move boolean := has_function_privilege('api.change_case_status'::regproc, 'execute');
  v_can_delete boolean := has_function_privilege('api.delete_case'::regproc, 'execute');
  v_can_audit boolean := has_function_privilege('api.list_case_audit'::regproc, 'execute');
begin
  -- Where the policy of a side table shows the caller nothing (to an adopter: no details, no particulars, no
  -- participants) the fields are simply null.
  return array(
    with transitions as materialized (
      select s.from_status, array_agg(s.to_status::text order by s.to_status) as to_statuses
      from core.status_transitions as s
      where v_role = any (s.roles) and v_can_move
      group by s.from_status
    )
    select row(
      c.id,
      c.case_number,
      c.case_type::text,
      c.status::text,
      (select t.name from core.courts as t where t.code = c.court_code),
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
          where a.case_id = c.id and a.revoked_at is null and a.assignment_type = 'APPLICANT'
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
        v_can_edit, v.to_statuses is not null, v_can_delete, v_can_audit, coalesce(v.to_statuses, '{}')
      )::api.case_permissions,
      d.case_id is null
    )::api.case_record
    from unnest(p_case_ids) with ordinality as i (case_id, place)
    -- Case by case: joined, the planner would read all that the caller reaches.
    cross join lateral (select * from core.cases as k where k.id = i.case_id and k.deleted_at is null offset 0) as c
    left join core.case_details as d on d.case_id = c.id and d.version = c.details_version
    left join core.case_participants as p on p.case_id = c.id
    left join core.status_change_particulars as r on r.status_change_id = c.status_change_id
    left join transitions as v on v.from_status = c.status
    order by i.place
  );
end;
$$;

comment on function core.case_records(uuid[]) is
'The cases in the order of their ids, redacted by the policies of the side tables. Cases out of reach and deleted
ones are left out.';

revoke all on function core.case_records(uuid[]) from public;
grant execute on function core.case_records(uuid[]) to casefile_caller;
