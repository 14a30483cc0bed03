-- GET /api/admin-only
create or replace function api.get_admin_only()
returns api.greeting
language sql
stable
security invoker
set search_path = ''
as $$
  select row('You are signed in as a case officer', core.caller())::api.greeting;
$$;

comment on function api.get_admin_only() is
'Returns the caller, for case officers.
Errors: 42501 not for this role.';

revoke all on function api.get_admin_only() from public;
grant execute on function api.get_admin_only() to hmcts_case_officer;
