-- Report that a document's stored bytes are damaged
create or replace function api.report_damage(p_document_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_document core.documents := core.find_document(p_document_id);
begin
  insert into core.document_downloads (document_id, found_damaged) values (v_document.id, true);
end;
$$;

comment on function api.report_damage(uuid) is
'Records that a download failed because the bytes in the document store are missing or damaged.
Errors: JCMIS no document within reach.';

revoke all on function api.report_damage(uuid) from public;
grant execute on function api.report_damage(uuid) to casefile_caller;
