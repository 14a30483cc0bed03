create type core.case_count as (total bigint, is_minimum boolean);

comment on type core.case_count is 'The number of cases; with is_minimum, there are more.';
