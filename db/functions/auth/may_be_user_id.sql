-- Whether a subject may be a user id
create or replace function auth.may_be_user_id(p_subject text)
returns boolean
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return core.trimmed(p_subject) = p_subject and core.check_name('userId', p_subject) is null;
end;
$$;

comment on function auth.may_be_user_id(text) is
'Whether the provider''s name for a user can be the user id here, unchanged.';

revoke all on function auth.may_be_user_id(text) from public;
