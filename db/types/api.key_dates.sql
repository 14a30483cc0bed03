create type api.key_dates as (application_date timestamptz, next_hearing timestamptz);
