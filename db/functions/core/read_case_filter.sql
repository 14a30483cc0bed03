-- The filter of a list
create or replace function core.read_case_filter(
  p_status text,
  p_case_type text,
  p_date_from date,
  p_date_to date,
  p_case_number text
)
returns core.case_filter
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  -- Most lists are of all cases.
  if num_nonnulls(p_status, p_case_type, p_date_from, p_date_to, p_case_number) = 0 then
    return null;
  end if;

  -- Days are those of Europe/London, and the last one counts.
  return row(
    p_status,
    p_case_type,
    p_date_from::timestamp at time zone 'Europe/London',
    (p_date_to + 1)::timestamp at time zone 'Europe/London',
    upper(core.trimmed(p_case_number))
  )::core.case_filter;
end;
$$;

comment on function core.read_case_filter(text, text, date, date, text) is
'The filter of a list, from words that api.list_cases has checked; null for all cases. A case number may be the beginning of one.';

revoke all on function core.read_case_filter(text, text, date, date, text) from public;
grant execute on function core.read_case_filter(text, text, date, date, text) to casefile_caller;
