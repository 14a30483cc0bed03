-- The court that somebody names
create or replace function auth.find_court(p_court text)
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_court text := core.trimmed(p_court);
begin
  return (select c.code from core.courts as c where c.name = v_court or c.code = v_court order by c.name = v_court desc limit 1);
end;
$$;

comment on function auth.find_court(text) is
'The code of the court with that name or code; null if none is stated or there is no such court.';

revoke all on function auth.find_court(text) from public;
