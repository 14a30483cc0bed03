-- Whether an operation is the caller's at all
create or replace function core.caller_may(p_operation regproc)
returns boolean
language sql
stable
security invoker
set search_path = ''
as $$
  select has_function_privilege(p_operation::oid, 'execute');
$$;

comment on function core.caller_may(regproc) is
'Whether the caller''s role may execute an operation: the grants are the only list of who may do what.';

revoke all on function core.caller_may(regproc) from public;
grant execute on function core.caller_may(regproc) to casefile_caller;
