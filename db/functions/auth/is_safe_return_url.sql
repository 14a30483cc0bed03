-- Whether a login may send the browser there
create or replace function auth.is_safe_return_url(p_url text)
returns boolean
language sql
immutable
security invoker
set search_path = ''
as $$
  select coalesce(p_url ~ E'^/(?![/\\\\])[^\\\\[:cntrl:][:space:]]*$' and char_length(p_url) <= 2000, false);
$$;

comment on function auth.is_safe_return_url(text) is
'Whether it is a path on this site. Browsers read //host and /\host as another host.';

revoke all on function auth.is_safe_return_url(text) from public;
