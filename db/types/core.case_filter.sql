create type core.case_filter as (
  status core.case_status, case_type core.case_type, since timestamptz, before timestamptz, case_number text
);

comment on type core.case_filter is
'The filter of a list; null for all. since and before limit the next hearing, or the creation without one.';
