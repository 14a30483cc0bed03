-- The role at work
create or replace function core.actor_role()
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  if current_setting('role') = 'document_processor' then
    return 'DOCUMENT_PROCESSOR';
  end if;

  return coalesce(core.caller_role()::text, 'DATABASE');
end;
$$;

comment on function core.actor_role() is
'The caller''s role; DOCUMENT_PROCESSOR for the worker; DATABASE for work done without the server.';

revoke all on function core.actor_role() from public;
grant execute on function core.actor_role() to casefile_caller, document_processor;
