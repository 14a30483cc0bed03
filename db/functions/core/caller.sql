-- The caller, as an answer shows it
create or replace function core.caller()
returns api.caller
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_actor text := core.actor();
begin
  return row(
    v_actor,
    v_actor,
    core.caller_role()::text,
    (select c.name from core.courts as c where c.code = core.claim('court_code')),
    nullif(core.claim('organisation_id'), '')
  )::api.caller;
end;
$$;

comment on function core.caller() is 'The caller that auth.resume has set.';

revoke all on function core.caller() from public;
grant execute on function core.caller() to casefile_caller;
