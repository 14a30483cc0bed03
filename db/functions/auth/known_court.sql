-- The court that somebody names, if any
create or replace function auth.known_court(p_court text)
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_code text := auth.find_court(p_court);
begin
  if v_code is null and core.trimmed(p_court) is not null then
    perform core.refuse(row('court', 'UNKNOWN_WORD', 'Unknown court'));
  end if;

  return v_code;
end;
$$;

comment on function auth.known_court(text) is
'The same as auth.find_court, but a court that is stated must exist.
Errors: JCVAL there is no such court.';

revoke all on function auth.known_court(text) from public;
