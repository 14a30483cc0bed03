-- A user's roles, as an answer shows them
create or replace function auth.show_memberships(p_user_id text, p_claimed jsonb)
returns api.membership[]
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return array(
    select row(m.id, m.user_role::text, c.name, m.organisation_id)::api.membership
    from auth.list_memberships(p_user_id, p_claimed) as m
    left join core.courts as c on c.code = m.court_code
    order by m.user_role, c.name, m.organisation_id
  );
end;
$$;

comment on function auth.show_memberships(text, jsonb) is
'The memberships of auth.list_memberships, as an answer shows them.';

revoke all on function auth.show_memberships(text, jsonb) from public;
