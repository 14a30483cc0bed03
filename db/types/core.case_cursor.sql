create type core.case_cursor as (sort_key text, case_id uuid);

comment on type core.case_cursor is 'A place in an ordered list of cases.';
