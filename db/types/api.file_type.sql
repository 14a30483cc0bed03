create type api.file_type as (extension text, mime_type text, size_limit bigint);
