create type api.document_type as (value text, label text, help_text text, description_required boolean);
