create type api.download as (document_id uuid, case_id uuid, filename text, mime_type text, file_size bigint, file_hash text);

comment on type api.download is 'The location and type of a document''s bytes.';
