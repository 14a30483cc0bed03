create type api.audit_page as (entries api.audit_entry[], pagination api.pagination);
