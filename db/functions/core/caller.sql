-- Who is calling, as an answer shows it
create or replace function core.caller()
returns api.caller
language sql
stable
security invoker
set search_path = ''
as $$
  select row(
    core.actor(),
    core.actor(),
    core.caller_role()::text,
    (select c.name from core.courts as c where c.code = current_setting('casefile.court_code', true)),
    nullif(current_setting('casefile.organisation_id', true), '')
  )::api.caller;
$$;

comment on function core.caller() is 'The caller that auth.become has set.';

revoke all on function core.caller() from public;
grant execute on function core.caller() to casefile_caller;
