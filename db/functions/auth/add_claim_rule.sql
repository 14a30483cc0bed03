-- Turn claims into a membership
create or replace function auth.add_claim_rule(
  p_issuer text,
  p_claim_path text[],
  p_value text,
  p_role text,
  p_court text default null,
  p_court_claim text[] default null,
  p_organisation_id text default null,
  p_organisation_claim text[] default null
)
returns uuid
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_id uuid := core.new_id();
begin
  insert into auth.claim_rules
    (id, issuer, claim_path, value, user_role, court_code, court_claim, organisation_id, organisation_claim)
  values (
    v_id, core.trimmed(p_issuer), p_claim_path, p_value, auth.known_role(p_role), auth.known_court(p_court), p_court_claim,
    core.trimmed(p_organisation_id), p_organisation_claim
  );

  return v_id;
end;
$$;

comment on function auth.add_claim_rule(text, text[], text, text, text, text[], text, text[]) is
'Adds a rule that gives a membership to every user with a value in the claims. Court and organisation are fixed, or come from a
claim. Returns the rule''s id.
Errors: JCVAL unknown role or court.';

revoke all on function auth.add_claim_rule(text, text[], text, text, text, text[], text, text[]) from public;
grant execute on function auth.add_claim_rule(text, text[], text, text, text, text[], text, text[]) to casefile_registrar;
