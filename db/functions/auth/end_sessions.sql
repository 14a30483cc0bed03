-- End all sessions of somebody
create or replace function auth.end_sessions(p_user_id text)
returns integer
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_count integer;
begin
  delete from auth.sessions where user_id = p_user_id;
  get diagnostics v_count = row_count;

  return v_count;
end;
$$;

comment on function auth.end_sessions(text) is
'Ends all sessions of a user; how many.';

revoke all on function auth.end_sessions(text) from public;
grant execute on function auth.end_sessions(text) to casefile_registrar;
