-- The caller's role
create or replace function core.caller_role()
returns core.user_role
language sql
stable
security invoker
as $$
  select case pg_catalog.current_setting('role')
    when 'hmcts_case_officer' then 'HMCTS_CASE_OFFICER'
    when 'judge_legal_adviser' then 'JUDGE_LEGAL_ADVISER'
    when 'cafcass_officer' then 'CAFCASS_OFFICER'
    when 'la_social_worker' then 'LA_SOCIAL_WORKER'
    when 'vaa_worker' then 'VAA_WORKER'
    when 'adopter' then 'ADOPTER'
  end::core.user_role;
$$;

comment on function core.caller_role() is
'The caller''s role; null for work done without the server. Reads the setting and not current_user, which is the owner inside a
definer function. The planner inlines it into the calling query.';

revoke all on function core.caller_role() from public;
grant execute on function core.caller_role() to casefile_caller, document_processor;
