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
  -- Waits for a sign-in that holds the row, and ends its session too.
  perform from auth.users as u where u.user_id = p_user_id for no key update;
  delete from auth.sessions where user_id = p_user_id;
  get diagnostics v_count = row_count;
  update auth.users set tokens_valid_from = clock_timestamp() where user_id = p_user_id;

  if v_count = 0 and not exists (select from auth.users as u where u.user_id = p_user_id) then
    raise exception using errcode = 'JCNIL', message = 'No such user';
  end if;

  return v_count;
end;
$$;

comment on function auth.end_sessions(text) is
'Ends all sessions of a user; returns how many. Tokens issued until now open no new session. A user whom the directory does not
know may have sessions of the mock. Definer: a registrar may not write the tables.
Errors: JCNIL no such user.';

revoke all on function auth.end_sessions(text) from public;
grant execute on function auth.end_sessions(text) to casefile_registrar;
