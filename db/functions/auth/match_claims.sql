-- Memberships from claims
create or replace function auth.match_claims(p_claims jsonb)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  perform
  from auth.claim_rules as r
  where r.issuer = p_claims ->> 'iss' and r.ended_at is null and p_claims #> r.claim_path @> to_jsonb(r.value)
  order by r.id
  for share;

  return (
    select coalesce(jsonb_agg(jsonb_build_object(
      'id', r.id, 'user_role', r.user_role, 'court_code', c.court_code, 'organisation_id', o.organisation_id
    )), '[]')
    from auth.claim_rules as r
    cross join lateral (select coalesce(r.court_code, auth.find_court(p_claims #>> r.court_claim))) as c (court_code)
    cross join lateral (
      select coalesce(
        r.organisation_id,
        case when jsonb_typeof(p_claims #> r.organisation_claim) = 'string' then core.trimmed(p_claims #>> r.organisation_claim) end
      )
    ) as o (organisation_id)
    where r.issuer = p_claims ->> 'iss' and r.ended_at is null and p_claims #> r.claim_path @> to_jsonb(r.value)
      and (r.court_claim is null or c.court_code is not null)
      and (r.organisation_claim is null or o.organisation_id is not null)
  );
end;
$$;

comment on function auth.match_claims(jsonb) is
'The memberships that claim rules give for these claims, in the form of auth.list_memberships. A rule whose court or organisation
comes from a claim gives none if the claim names none. Locks those rules, so that ending a rule waits, and then finds the session.';

revoke all on function auth.match_claims(jsonb) from public;
