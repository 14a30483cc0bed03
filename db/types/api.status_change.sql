create type api.status_change as (case_record api.case_record, previous_status text);
