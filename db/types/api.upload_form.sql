create type api.upload_form as (case_id uuid, document_types api.document_type[], user_role text);
