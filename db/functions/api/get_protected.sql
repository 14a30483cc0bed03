-- GET /api/protected
create or replace function api.get_protected()
returns api.greeting
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return row('You are signed in', core.caller())::api.greeting;
end;
$$;

comment on function api.get_protected() is
'Returns the caller.';

revoke all on function api.get_protected() from public;
grant execute on function api.get_protected() to casefile_caller;
