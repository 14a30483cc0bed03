create type api.case_read as (case_record api.case_record, history api.status_history_entry[]);
