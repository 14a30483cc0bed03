-- Whether a token already has a session
create or replace function auth.is_open_for(p_token_sha256 bytea, p_user_id text, p_membership_id uuid)
returns boolean
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return exists (
    select from auth.sessions as s
    where s.token_sha256 = p_token_sha256 and s.kind = 'bearer' and s.user_id = p_user_id and s.membership_id = p_membership_id
  );
end;
$$;

comment on function auth.is_open_for(bytea, text, uuid) is
'Whether a bearer token has a session of this user in this membership.';

revoke all on function auth.is_open_for(bytea, text, uuid) from public;
