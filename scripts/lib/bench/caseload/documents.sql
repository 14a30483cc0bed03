-- The documents of cases.sql: of four cases, one has two, two have one. Their bytes do not exist.

create temp table filing as
select
  md5('document ' || l.n || ' ' || d.number)::uuid as id,
  l.case_id,
  l.court_code,
  l.officer,
  t.value as document_type,
  t.value || '-' || d.number || '.pdf' as filename,
  encode(sha256(('document ' || l.n || ' ' || d.number)::bytea), 'hex') as file_hash,
  10000 + l.n % 1000000 as file_size,
  l.created_at + interval '9 hours' + d.number * interval '1 hour' as uploaded_at
from loading as l
join generate_series(1, 2) as d (number) on d.number <= (array[2, 1, 1, 0])[1 + l.place % 4]
join core.document_types as t on t.place = 1 + (l.n + d.number) % 14;

insert into core.documents (
  id, case_id, court_code, filename, document_type, uploaded_by, uploaded_at, upload_status, file_size, file_hash, mime_type,
  version, virus_scan_status, virus_scan_completed_at, ocr_status, ocr_completed_at
)
select
  f.id, f.case_id, f.court_code, f.filename, f.document_type, f.officer, f.uploaded_at, 'complete', f.file_size, f.file_hash,
  'application/pdf', 1, 'clean', f.uploaded_at + interval '1 minute', 'complete', f.uploaded_at + interval '2 minutes'
from filing as f
order by f.uploaded_at;
