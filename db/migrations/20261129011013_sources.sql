-- migrate:up

-- Written by scripts/gen-migration: what the sources in db/ say anew.

-- Bodies may name functions that come later.
set local check_function_bodies = off;

-- db/types/api.court.sql
create type api.court as (code text, name text, region text);

-- db/types/api.document_type.sql
alter type api.document_type add attribute description_required boolean;

-- db/types/api.file_type.sql
create type api.file_type as (extension text, mime_type text, size_limit bigint);

-- db/types/api.status.sql
create type api.status as (value text, is_outcome boolean);

-- db/types/api.status_transition.sql
create type api.status_transition as (from_status text, to_status text, roles text[], reason_required boolean);

-- db/types/api.reference.sql
create type api.reference as (
  case_types text[],
  statuses api.status[],
  transitions api.status_transition[],
  roles text[],
  assignment_types text[],
  organisation_types text[],
  document_types api.document_type[],
  file_types api.file_type[]
);

-- db/functions/api/get_reference.sql
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
'The words that requests and answers use, and which status may follow which. For anybody, so it runs as the owner: the
server calls it without a session.';
revoke all on function api.get_reference() from public;
grant execute on function api.get_reference() to casefile_api;

-- db/functions/api/get_upload_form.sql
-- GET /api/cases/{id}/upload-document
create or replace function api.get_upload_form(p_case_id uuid)
returns api.upload_form
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_case core.cases := core.find_case(p_case_id);
begin
  return row(
    v_case.id,
    array(
      select row(t.value, t.label, t.help_text, t.description_required)::api.document_type from core.document_types as t order by t.place
    ),
    core.caller_role()::text
  )::api.upload_form;
end;
$$;

-- db/functions/api/list_courts.sql
-- GET /api/courts
create or replace function api.list_courts()
returns api.court[]
language sql
stable
security definer
set search_path = ''
as $$
  select array(select row(c.code, c.name, c.region)::api.court from core.courts as c order by c.name);
$$;

comment on function api.list_courts() is
'Every family court, by name. For anybody, so it runs as the owner: the server calls it without a session.';
revoke all on function api.list_courts() from public;
grant execute on function api.list_courts() to casefile_api;

-- migrate:down

-- Bodies may name functions that come later.
set local check_function_bodies = off;

drop function api.get_reference();
drop function api.list_courts();
drop type api.reference;
drop type api.status_transition;
drop type api.status;
drop type api.file_type;
drop type api.court;

-- db/types/api.document_type.sql
alter type api.document_type drop attribute description_required;

-- db/functions/api/get_upload_form.sql
-- GET /api/cases/{id}/upload-document
create or replace function api.get_upload_form(p_case_id uuid)
returns api.upload_form
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_case core.cases := core.find_case(p_case_id);
begin
  return row(
    v_case.id,
    array(
      select row(t.value, t.label, t.help_text)::api.document_type from core.document_types as t order by t.place
    ),
    core.caller_role()::text
  )::api.upload_form;
end;
$$;
