-- Documents, as their caller sees them
create or replace function core.document_records()
returns setof api.document
language sql
stable
security invoker
as $$
  select
    d.id, d.case_id, d.filename, d.filename, d.document_type, d.description, d.file_size, d.file_hash, d.mime_type, d.uploaded_by,
    d.uploaded_at, d.version, d.upload_status::text, d.ocr_status::text, d.ocr_completed_at, d.ocr_failure_reason,
    d.virus_scan_status::text, d.virus_scan_completed_at, core.side_of(d.case_id, d.uploaded_by), d.ocr_page_count, d.ocr_pages_read
  from core.documents as d
  where d.upload_status = 'complete' and d.deleted_at is null;
$$;

comment on function core.document_records() is
'All documents within reach whose upload is complete and that are not deleted. The planner inlines it into the calling query.';

revoke all on function core.document_records() from public;
grant execute on function core.document_records() to casefile_caller;
