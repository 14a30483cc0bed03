-- POST /api/auth/logout
create or replace function auth.log_out(p_token_sha256 bytea)
returns void
language sql
volatile
security definer
set search_path = ''
as $$
  delete from auth.sessions where token_sha256 = p_token_sha256;
$$;

comment on function auth.log_out(bytea) is
'Ends a session at once, if there is one. Definer: the server may not write the table.';

revoke all on function auth.log_out(bytea) from public;
grant execute on function auth.log_out(bytea) to casefile_api;
