-- The memberships to choose from, for the answer to a refusal
create or replace function auth.memberships_detail(p_user_id text, p_claimed jsonb)
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return json_build_object('memberships', (
    select coalesce(json_agg(json_strip_nulls(json_build_object(
      'id', m.id, 'role', m.user_role, 'courtAssignment', m.court_assignment, 'organisationId', m.organisation_id
    ))), '[]')
    from unnest(auth.show_memberships(p_user_id, p_claimed)) as m
  ));
end;
$$;

comment on function auth.memberships_detail(text, jsonb) is
'DETAIL of an error JCMNY: the user''s memberships, in the spelling of the API.';

revoke all on function auth.memberships_detail(text, jsonb) from public;
