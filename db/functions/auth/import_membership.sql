-- The membership of one row of a file
create or replace function auth.import_membership(p_row jsonb)
returns auth.directory_difference
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_user_id text := core.trimmed(p_row ->> 'userId');
  v_court text := auth.known_court(p_row ->> 'court');
  v_organisation text := core.trimmed(p_row ->> 'organisationId');
  v_role text := core.trimmed(p_row ->> 'role');
begin
  if v_role is null and (v_court is not null or v_organisation is not null) then
    perform core.refuse(row('role', 'REQUIRED', 'It is missing'));
  end if;
  if v_role is null or exists (
    select from auth.memberships as m
    where m.user_id = v_user_id and m.ended_at is null and m.user_role = auth.known_role(v_role)
      and m.court_code is not distinct from v_court and m.organisation_id is not distinct from v_organisation
  ) then
    return null;
  end if;

  perform auth.add_membership(v_user_id, v_role, v_court, v_organisation);
  return row((p_row ->> 'line')::integer, 'add membership', v_user_id, concat_ws(', ', v_role, v_court, v_organisation))::auth.directory_difference;
end;
$$;

comment on function auth.import_membership(jsonb) is
'Adds the membership of a row, if its user does not have it; returns the difference, null for none.
Errors: JCVAL unknown role or court, or none where there is a court or an organisation.';

revoke all on function auth.import_membership(jsonb) from public;
