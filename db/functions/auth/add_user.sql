-- Add somebody to the directory
create or replace function auth.add_user(p_user_id text, p_issuer text, p_subject text, p_name text)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  insert into auth.users (user_id, issuer, subject, name)
  values (
    core.plain_name('userId', p_user_id), core.trimmed(p_issuer), core.trimmed(p_subject), core.trimmed(p_name)
  );
end;
$$;

comment on function auth.add_user(text, text, text, text) is
'Adds a user to the directory. Definer: registrars change it only through functions.
Errors: those of core.plain_name.';

revoke all on function auth.add_user(text, text, text, text) from public;
grant execute on function auth.add_user(text, text, text, text) to casefile_registrar;
