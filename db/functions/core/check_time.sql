-- Whether a year has four digits
create or replace function core.check_time(p_field text, p_value timestamptz)
returns core.field_error
language plpgsql
immutable
strict
security invoker
set search_path = ''
as $$
begin
  if p_value < '0001-01-01 00:00:00+00' or p_value >= '10000-01-01 00:00:00+00' then
    return row(p_field, 'OUT_OF_RANGE', p_field || ' must be in the years 1 to 9999')::core.field_error;
  end if;

  return null;
end;
$$;

comment on function core.check_time(text, timestamptz) is
'The error of a time, infinity included, whose year does not have four digits; null if it is valid, or null.';

revoke all on function core.check_time(text, timestamptz) from public;
grant execute on function core.check_time(text, timestamptz) to casefile_caller;
