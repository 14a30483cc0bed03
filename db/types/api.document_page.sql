create type api.document_page as (documents api.document[], pagination api.pagination);
