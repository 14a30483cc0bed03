-- Where the browser goes after a login
create or replace function auth.landing_page(p_return_url text, p_user_role core.user_role)
returns text
language sql
immutable
security invoker
set search_path = ''
as $$
  select case
    when auth.is_safe_return_url(p_return_url) then p_return_url
    when p_user_role = 'ADOPTER' then '/my-cases'
    else '/dashboard'
  end;
$$;

comment on function auth.landing_page(text, core.user_role) is
'The page that the browser came from, if it is safe; otherwise the first page of the role.';

revoke all on function auth.landing_page(text, core.user_role) from public;
