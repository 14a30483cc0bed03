-- Give somebody a membership
create or replace function auth.add_membership(p_user_id text, p_role text, p_court text, p_organisation_id text)
returns uuid
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_id uuid := core.new_id();
begin
  insert into auth.memberships (id, user_id, user_role, court_code, organisation_id)
  values (v_id, p_user_id, auth.known_role(p_role), auth.known_court(p_court), core.plain_name('organisationId', p_organisation_id));

  return v_id;
end;
$$;

comment on function auth.add_membership(text, text, text, text) is
'Gives a user a membership; the court by name or code. Returns its id.
Errors: JCVAL unknown role or court.';

revoke all on function auth.add_membership(text, text, text, text) from public;
grant execute on function auth.add_membership(text, text, text, text) to casefile_registrar;
