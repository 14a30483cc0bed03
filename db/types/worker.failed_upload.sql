create type worker.failed_upload as (document_id uuid, case_id uuid);
