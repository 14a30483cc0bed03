-- A user who changes, or is disabled, is signed out
create or replace function auth.tg_users__end_sessions()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
-- Off in the sessions of casefile_migrator.
set row_security = on
as $$
begin
  if new is distinct from old then
    delete from auth.sessions where user_id = old.user_id;
  end if;

  return null;
end;
$$;

comment on function auth.tg_users__end_sessions() is
'Ends the sessions of a changed user. A sign-in holds the lock of the row (auth.find_user), so that no session is missed. Definer:
a registrar may not write sessions.';

revoke all on function auth.tg_users__end_sessions() from public;

create trigger tg_users__end_sessions
after update on auth.users
for each row execute function auth.tg_users__end_sessions();
alter table auth.users enable always trigger tg_users__end_sessions;
