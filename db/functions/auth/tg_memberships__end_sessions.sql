-- A membership that ends, or changes, ends its sessions
create or replace function auth.tg_memberships__end_sessions()
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
    -- A sign-in that read the old membership holds this lock until it has committed its session.
    perform from auth.users as u where u.user_id = old.user_id for no key update;
    delete from auth.sessions where user_id = old.user_id and membership_id = old.id;
  end if;

  return null;
end;
$$;

comment on function auth.tg_memberships__end_sessions() is
'Ends the sessions that a changed membership opened, including those of a running sign-in. Definer: a registrar may not write
sessions.';

revoke all on function auth.tg_memberships__end_sessions() from public;

create trigger tg_memberships__end_sessions
after update on auth.memberships
for each row execute function auth.tg_memberships__end_sessions();
alter table auth.memberships enable always trigger tg_memberships__end_sessions;
