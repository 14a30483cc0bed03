-- The user at work
create or replace function core.actor()
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_user_id text;
begin
  if core.caller_role() is null then
    return case when current_setting('role') = 'document_processor' then 'document_processor' else session_user end;
  end if;

  v_user_id := nullif(core.claim('user_id'), '');
  if v_user_id is null then
    raise exception using errcode = 'JCSES', message = 'Authentication required';
  end if;

  return v_user_id;
end;
$$;

comment on function core.actor() is
'The caller''s user id; document_processor for the worker; the database login for work done without the server.
Errors: JCSES a caller role without a session.';

revoke all on function core.actor() from public;
grant execute on function core.actor() to casefile_caller, document_processor;
