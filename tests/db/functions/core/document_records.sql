\ir ../../fixtures.psql
\ir ../../documents.psql

select act_as('officer');
select begin_upload('described', ' Ünïcode.PDF ', p_type => 'other', p_description => e' what\nit is ');
select end_upload('described');
select is(
  to_jsonb(d) - '{uploaded_at,virus_scan_completed_at,ocr_completed_at}'::text[],
  jsonb_build_object(
    'id', d.id, 'case_id', id_of('ours'), 'filename', 'Ünïcode.PDF', 'original_filename', 'Ünïcode.PDF', 'document_type', 'other',
    'description', e'what\nit is', 'file_size', 1000, 'file_hash', hash_of('described'), 'mime_type', 'application/pdf', 'uploaded_by', 'officer.one',
    'version', 1, 'upload_status', 'complete', 'ocr_status', 'pending', 'ocr_failure_reason', null, 'ocr_page_count', null, 'ocr_pages_read', null, 'virus_scan_status', 'pending',
    'side', 'PROFESSIONALS'
  ),
  'a record has every field'
) from core.document_records() as d where d.id = document('described');

select set_document('described', $$
  uploaded_at = '2026-01-01', virus_scan_status = 'clean', virus_scan_completed_at = '2026-01-02', ocr_status = 'failed', ocr_completed_at = '2026-01-03',
  ocr_failure_reason = 'why', ocr_page_count = 3, ocr_pages_read = 2
$$);
select is(
  row(c.uploaded_at, c.virus_scan_status, c.virus_scan_completed_at, c.ocr_status, c.ocr_completed_at, c.ocr_failure_reason, c.ocr_page_count, c.ocr_pages_read)::text,
  row(timestamptz '2026-01-01', 'clean', timestamptz '2026-01-02', 'failed', timestamptz '2026-01-03', 'why', 3, 2)::text, 'a record says when the document was uploaded, scanned and read, and why reading failed'
) from core.document_records() as c where c.id = document('described');
select is_empty($$select from core.document_records() as d where d.id = document('begun')$$, 'an upload in progress has no record');

select * from finish();
rollback;
