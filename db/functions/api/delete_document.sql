-- DELETE /api/documents/{id}
create or replace function api.delete_document(p_document_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_document core.documents := core.find_document(p_document_id);
begin
  update core.documents
  set deleted_at = now()
  where id = v_document.id and deleted_at is null;

  if not found then
    raise exception using errcode = 'JCMIS', message = 'Document not found';
  end if;
end;
$$;

comment on function api.delete_document(uuid) is
'Deletes a document softly; its bytes stay.
Errors: 42501 not for this role; JCMIS no document within reach.';

revoke all on function api.delete_document(uuid) from public;
grant execute on function api.delete_document(uuid) to hmcts_case_officer;
