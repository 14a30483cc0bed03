-- GET /api/cases/{id}/documents/{filename}/versions
create or replace function api.list_document_versions(p_case_id uuid, p_filename text)
returns api.document[]
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_case core.cases := core.find_case(p_case_id);
begin
  perform core.refuse(core.check_length('filename', p_filename, 255));

  return array(
    select r
    from core.document_records() as r
    where r.case_id = v_case.id and core.nfc(r.filename) = core.nfc(p_filename)
    order by r.side desc, r.version desc, r.id
  );
end;
$$;

comment on function api.list_document_versions(uuid, text) is
'The documents of one name in a case, newest version first, those of professionals before those of adopters; to an adopter, its own.
Errors: JCMIS no case within reach; JCVAL a name beyond the limit of names.';

revoke all on function api.list_document_versions(uuid, text) from public;
grant execute on function api.list_document_versions(uuid, text) to casefile_caller;
