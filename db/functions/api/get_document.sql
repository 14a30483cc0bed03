-- GET /api/documents/{id}
create or replace function api.get_document(p_document_id uuid)
returns api.document
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_document core.documents := core.find_document(p_document_id);
begin
  return (select r from core.document_records() as r where r.id = v_document.id);
end;
$$;

comment on function api.get_document(uuid) is
'The details of a document.
Errors: JCMIS no document within reach.';

revoke all on function api.get_document(uuid) from public;
grant execute on function api.get_document(uuid) to casefile_caller;
