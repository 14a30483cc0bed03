-- GET /api/cases/{id}/documents
create or replace function api.list_documents(
  p_case_id uuid,
  p_document_type text default null,
  p_ocr_status text default null,
  p_uploaded_by text default null,
  p_page integer default null,
  p_page_size integer default null
)
returns api.document_page
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_case core.cases := core.find_case(p_case_id);
  v_page_size integer := core.page_size(p_page, p_page_size, 20);
  v_document_type text := core.known_word(
    'documentType', p_document_type, array(select t.value from core.document_types as t)
  );
  v_ocr_status core.ocr_status := core.known_word(
    'ocrStatus', p_ocr_status, enum_range(null::core.ocr_status)::text[]
  );
  v_total bigint;
  v_documents api.document[];
begin
  select count(*) into v_total
  from core.documents as d
  where d.case_id = v_case.id and d.upload_status = 'complete' and d.deleted_at is null
    and (v_document_type is null or d.document_type = v_document_type)
    and (v_ocr_status is null or d.ocr_status = v_ocr_status)
    and (p_uploaded_by is null or d.uploaded_by = p_uploaded_by);

  v_documents := array(
    select core.document(d)
    from core.documents as d
    where d.case_id = v_case.id and d.upload_status = 'complete' and d.deleted_at is null
      and (v_document_type is null or d.document_type = v_document_type)
      and (v_ocr_status is null or d.ocr_status = v_ocr_status)
      and (p_uploaded_by is null or d.uploaded_by = p_uploaded_by)
    order by d.uploaded_at desc, d.id desc
    limit v_page_size
    offset (coalesce(p_page, 1) - 1)::bigint * v_page_size
  );

  return row(v_documents, core.pagination(v_total, p_page, v_page_size, null))::api.document_page;
end;
$$;

comment on function api.list_documents(uuid, text, text, text, integer, integer) is
'The documents of a case, newest first and 20 a page unless told otherwise; to an adopter, its own.
Errors: JCMIS no case within reach; JCVAL an unknown word, no such page.';

revoke all on function api.list_documents(uuid, text, text, text, integer, integer) from public;
grant execute on function api.list_documents(uuid, text, text, text, integer, integer) to casefile_caller;
