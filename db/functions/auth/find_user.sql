-- The user of these claims
create or replace function auth.find_user(p_claims jsonb, p_adds_user boolean)
returns auth.users
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_issuer text := p_claims ->> 'iss';
  v_subject text := p_claims ->> 'sub';
  v_user auth.users;
begin
  if p_adds_user and auth.may_be_user_id(v_subject) then
    insert into auth.users (user_id, issuer, subject, name)
    values (
      v_subject, v_issuer, v_subject,
      left(coalesce(core.trimmed(p_claims ->> 'name'), core.trimmed(p_claims ->> 'preferred_username'), v_subject), 100)
    )
    on conflict do nothing;
  end if;

  select * into v_user
  from auth.users as u
  where u.issuer = v_issuer and u.subject = v_subject
  for no key update;

  return v_user;
end;
$$;

comment on function auth.find_user(jsonb, boolean) is
'The user with the issuer and subject of these claims; null for none. If adding users is allowed, a missing user is added, with the
subject as user id, unless another user has that id. Locks the row: disabling the user waits for the sign-in and ends its session,
or the sign-in waits and is refused. Two sign-ins of one user take turns.';

revoke all on function auth.find_user(jsonb, boolean) from public;
