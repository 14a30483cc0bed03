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

comment on function api.get_upload_form(uuid) is
'The document types for an upload form.
Errors: 42501 not for this role; JCMIS no case within reach.';

revoke all on function api.get_upload_form(uuid) from public;
grant execute on function api.get_upload_form(uuid) to hmcts_case_officer, cafcass_officer, la_social_worker, vaa_worker, adopter;
