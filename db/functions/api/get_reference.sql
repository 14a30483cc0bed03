-- GET /api/reference
create or replace function api.get_reference()
returns api.reference
language sql
stable
security definer
set search_path = ''
as $$
  select row(
    enum_range(null::core.case_type)::text[],
    array(
      select row(s.status, not exists (select from core.status_transitions as t where t.from_status = s.status))::api.status
      from unnest(enum_range(null::core.case_status)) as s (status)
      order by s.status
    ),
    array(
      select row(t.from_status, t.to_status, t.roles, t.reason_required)::api.status_transition
      from core.status_transitions as t
      order by t.from_status, t.to_status
    ),
    enum_range(null::core.user_role)::text[],
    enum_range(null::core.assignment_type)::text[],
    enum_range(null::core.organisation_type)::text[],
    array(
      select row(t.value, t.label, t.help_text, t.description_required)::api.document_type
      from core.document_types as t
      order by t.place
    ),
    array(
      select row(t.extension, t.mime_type, t.size_limit)::api.file_type from core.file_types as t order by t.extension
    )
  )::api.reference;
$$;

comment on function api.get_reference() is
'The values that requests and answers use, and which status may follow which. Definer: the server calls it without a session.';

revoke all on function api.get_reference() from public;
grant execute on function api.get_reference() to casefile_api;
