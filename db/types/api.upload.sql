create type api.upload as (document_id uuid, case_id uuid, mime_type text, size_limit bigint);

comment on type api.upload is
'An upload that has begun: where its bytes go, their required type, and their maximum number.';
