create table core.case_number_series (
  court_code text not null references core.courts (code),
  year integer not null,
  last_number integer not null constraint case_number_series_last_number_positive check (last_number > 0),
  case_count integer not null
    constraint case_number_series_case_count_within check (case_count between 0 and last_number),
  primary key (court_code, year)
);

comment on table core.case_number_series is
'The last case number of each court and year, a series without gaps, and how many of its cases exist. Its row is locked until the
creation or deletion commits.';
comment on column core.case_number_series.year is 'The year of Europe/London.';
comment on column core.case_number_series.case_count is 'Cases with a number of this series that are not deleted.';
