-- The rules that turn claims into memberships
create or replace function auth.list_claim_rules()
returns setof auth.claim_rules
language sql
stable
security definer
set search_path = ''
as $$
  select * from auth.claim_rules as r where r.ended_at is null order by r.issuer, r.claim_path, r.value, r.id;
$$;

comment on function auth.list_claim_rules() is
'The active rules.';

revoke all on function auth.list_claim_rules() from public;
grant execute on function auth.list_claim_rules() to casefile_registrar;
