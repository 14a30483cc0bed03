create type api.case_page as (cases api.case_record[], pagination api.pagination);
