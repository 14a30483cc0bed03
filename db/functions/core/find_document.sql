-- A document within the caller's reach
create or replace function core.find_document(p_document_id uuid)
returns core.documents
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_document core.documents;
begin
  select d.* into v_document
  from core.documents as d
  join core.cases as c on c.id = d.case_id and c.deleted_at is null
  where d.id = p_document_id and d.upload_status = 'complete' and d.deleted_at is null;

  if not found then
    raise exception using errcode = 'JCMIS', message = 'Document not found';
  end if;

  return v_document;
end;
$$;

comment on function core.find_document(uuid) is
'The document, if the caller reaches it, its upload is complete and neither it nor its case is deleted.
Errors: JCMIS no document within reach.';

revoke all on function core.find_document(uuid) from public;
grant execute on function core.find_document(uuid) to casefile_caller;
