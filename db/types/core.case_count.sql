create type core.case_count as (total bigint, is_minimum boolean);

comment on type core.case_count is 'How many cases there are; or is_minimum, and there are more.';
