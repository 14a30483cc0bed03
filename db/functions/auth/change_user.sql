-- Change or disable somebody
create or replace function auth.change_user(p_user_id text, p_issuer text, p_subject text, p_name text, p_enabled boolean)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  update auth.users
  set
    issuer = coalesce(core.trimmed(p_issuer), issuer),
    subject = coalesce(core.trimmed(p_subject), subject),
    name = coalesce(core.trimmed(p_name), name),
    enabled = coalesce(p_enabled, enabled)
  where user_id = p_user_id;

  if not found then
    raise exception using errcode = 'JCNIL', message = 'No such user';
  end if;
end;
$$;

comment on function auth.change_user(text, text, text, text, boolean) is
'Changes the stated fields of a user; null keeps a field. Every change ends the user''s sessions.
Errors: JCNIL no such user.';

revoke all on function auth.change_user(text, text, text, text, boolean) from public;
grant execute on function auth.change_user(text, text, text, text, boolean) to casefile_registrar;
