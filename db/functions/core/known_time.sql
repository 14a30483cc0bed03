-- A time whose year has four digits
create or replace function core.known_time(p_field text, p_value timestamptz)
returns timestamptz
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  perform core.refuse(core.check_time(p_field, p_value));
  return p_value;
end;
$$;

comment on function core.known_time(text, timestamptz) is
'The time, if its year is from 1 to 9999, because readers of JSON need four digits; null stays null.
Errors: JCVAL another time, infinity included.';

revoke all on function core.known_time(text, timestamptz) from public;
grant execute on function core.known_time(text, timestamptz) to casefile_caller;
