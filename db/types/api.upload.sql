create type api.upload as (document_id uuid, case_id uuid, mime_type text, size_limit bigint);

comment on type api.upload is
'An upload that has begun: where its bytes go, what they have to be, and how many there may be.';
