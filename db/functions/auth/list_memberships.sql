-- A user's roles
create or replace function auth.list_memberships(p_user_id text, p_claimed jsonb)
returns setof auth.memberships
language sql
stable
security invoker
set search_path = ''
as $$
  select distinct on (a.user_role, a.court_code, a.organisation_id)
    a.id, a.user_id, a.user_role, a.court_code, a.organisation_id, a.created_at, a.ended_at
  from (
    select m.*, false as is_claimed
    from auth.memberships as m
    where m.user_id = p_user_id and m.ended_at is null
    union all
    select c.id, p_user_id, c.user_role, c.court_code, c.organisation_id, r.created_at, null, true
    from jsonb_populate_recordset(null::auth.memberships, p_claimed) as c
    join auth.claim_rules as r on r.id = c.id and r.ended_at is null
  ) as a
  order by a.user_role, a.court_code, a.organisation_id, a.is_claimed, a.id;
$$;

comment on function auth.list_memberships(text, jsonb) is
'The active memberships of a user, and those that active claim rules gave (auth.match_claims), with the rule''s id as their id. A
membership that is both in the directory and claimed appears once.';

revoke all on function auth.list_memberships(text, jsonb) from public;
