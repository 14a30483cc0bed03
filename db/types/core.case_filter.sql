create type core.case_filter as (
  status core.case_status, case_type core.case_type, since timestamptz, before timestamptz, case_number text
);

comment on type core.case_filter is
'Which cases a list is about; null for any. since and before bound the next hearing, or else the creation.';
