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

  if v_count = 0 and not exists (select from auth.users as u where u.user_id = p_user_id) then
    raise exception using errcode = 'JCNIL', message = 'No such user';
  end if;

  return v_count;
end;
$$;

comment on function auth.end_sessions(text) is
'Ends all sessions of a user; how many. One that the directory does not know may have some of the mock.
Errors: JCNIL no such user.';

revoke all on function auth.end_sessions(text) from public;
grant execute on function auth.end_sessions(text) to casefile_registrar;
