-- Cases, as their caller sees them
create or replace function core.case_records()
returns setof api.case_record
language sql
stable
security invoker
as $$
  -- Fields from a side table are null if its policy hides them. An adopter sees no details, particulars or
  -- participants.
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
    -- An adopter sees only itself.
    case
      when core.caller_role() = 'ADOPTER' then array(
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
    -- Only the grants say who may do what. Evaluated once for all cases.
    row(
      (select pg_catalog.has_function_privilege('api.update_case'::pg_catalog.regproc, 'execute')),
      n.to_statuses is not null,
      (select pg_catalog.has_function_privilege('api.delete_case'::pg_catalog.regproc, 'execute')),
      (select pg_catalog.has_function_privilege('api.list_case_audit'::pg_catalog.regproc, 'execute')),
      coalesce(n.to_statuses, '{}')
    )::api.case_permissions,
    d.case_id is null
  from core.cases as c
  join core.courts as t on t.code = c.court_code
  left join core.case_details as d on d.case_id = c.id and d.version = c.details_version
  left join core.case_participants as p on p.case_id = c.id
  left join core.status_change_particulars as r on r.status_change_id = c.status_change_id
  left join core.next_statuses as n
    on n.from_status = c.status and n.user_role = core.caller_role()
    and (select pg_catalog.has_function_privilege('api.change_case_status'::pg_catalog.regproc, 'execute'))
  where c.deleted_at is null;
$$;

comment on function core.case_records() is
'All cases within reach, as their caller may see them, redacted by the policies of the side tables. The planner inlines it into the
calling query, which says which cases: where id = ..., or a join to the ids of a page.';

revoke all on function core.case_records() from public;
grant execute on function core.case_records() to casefile_caller;
