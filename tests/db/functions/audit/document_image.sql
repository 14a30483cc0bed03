\ir ../../fixtures.psql
\ir ../../documents.psql

select act_as('officer');
select begin_upload('described', 'described.pdf', p_type => 'other', p_description => 'what it is');
select end_upload('described');
select set_document('described', $$
  virus_scan_status = 'clean', ocr_status = 'failed', ocr_failure_reason = 'why', ocr_page_count = 3, ocr_pages_read = 2, deleted_at = '2026-07-01 10:00:00.0129+01'
$$);
select act_as_dba();
select is(
  audit.document_image(document_row('described')),
  jsonb_build_object(
    'filename', 'described.pdf', 'documentType', 'other', 'description', 'what it is', 'fileSize', 1000, 'fileHash', hash_of('described'),
    'mimeType', 'application/pdf', 'version', 1, 'uploadStatus', 'complete', 'virusScanStatus', 'clean', 'ocrStatus', 'failed',
    'ocrFailureReason', 'why', 'ocrPageCount', 3, 'ocrPagesRead', 2, 'deletedAt', '2026-07-01T09:00:00.012Z'
  ),
  'the image has every field that can change, and what the document was uploaded with'
);
select is(
  jsonb_strip_nulls(audit.document_image(document_row('begun'))),
  '{"filename": "begun.pdf", "documentType": "court-order", "uploadStatus": "uploading", "virusScanStatus": "pending", "ocrStatus": "pending"}',
  'the image of an upload has only what is known'
);
select is(
  array(select a.attname::text from pg_attribute as a where a.attrelid = 'core.documents'::regclass and a.attnum > 0 order by 1),
  '{
    case_id,court_code,deleted_at,description,document_type,file_hash,file_size,filename,id,mime_type,ocr_completed_at,ocr_failure_reason,ocr_page_count,ocr_pages_read,ocr_status,upload_status,
    uploaded_at,uploaded_by,version,virus_scan_completed_at,virus_scan_status
  }', 'these are all columns: a new one must be added to the image or left out on purpose'
);
select is(outcome(c.name, 'select audit.document_image(d) from core.documents as d'), '42501', 'this function may not be called by ' || c.name) from callers as c;

select * from finish();
rollback;
