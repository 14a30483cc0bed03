-- Written by scripts/gen-migration
create or replace function request.list_documents(
  p_token_sha256 bytea,
  p_request_id uuid,
  p_client_address text,
  p_case_id uuid,
  p_document_type text default null,
  p_ocr_status text default null,
  p_uploaded_by text default null,
  p_page integer default null,
  p_page_size integer default null,
  p_cursor text default null
)
returns api.document_page
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => true);
begin
  return api.list_documents(p_case_id, p_document_type, p_ocr_status, p_uploaded_by, p_page, p_page_size, p_cursor);
end;
$$;

comment on function request.list_documents(bytea, uuid, text, uuid, text, text, text, integer, integer, text) is
'api.list_documents(uuid, text, text, text, integer, integer, text) as the caller of a session; nothing can be changed meanwhile.
Errors: those of auth.resume and of api.list_documents.';

revoke all on function request.list_documents(bytea, uuid, text, uuid, text, text, text, integer, integer, text) from public;
grant execute on function request.list_documents(bytea, uuid, text, uuid, text, text, text, integer, integer, text) to casefile_api;
