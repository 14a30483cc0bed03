create type core.page_cursor as (sort_key text, id uuid);

comment on type core.page_cursor is 'A position in an ordered list: of cases, documents or entries of the audit.';
