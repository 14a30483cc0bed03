create table auth.claim_rules (
  id uuid primary key,
  issuer text not null
    constraint claim_rules_issuer_within_limit check (char_length(issuer) <= 255)
    constraint claim_rules_issuer_trimmed check (issuer <> '' and issuer = btrim(issuer)),
  claim_path text[] not null constraint claim_rules_claim_path_not_empty check (cardinality(claim_path) > 0),
  value text not null,
  user_role core.user_role not null,
  court_code text references core.courts (code),
  court_claim text[],
  organisation_id text
    constraint claim_rules_organisation_id_within_limit check (char_length(organisation_id) <= 100)
    constraint claim_rules_organisation_id_trimmed check (organisation_id <> '' and organisation_id = btrim(organisation_id)),
  organisation_claim text[],
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  constraint claim_rules_court_comes_from_one_place check (court_code is null or court_claim is null),
  constraint claim_rules_organisation_comes_from_one_place check (organisation_id is null or organisation_claim is null),
  constraint claim_rules_officer_has_court
    check (user_role <> 'HMCTS_CASE_OFFICER' or court_code is not null or court_claim is not null),
  constraint claim_rules_agency_worker_has_organisation
    check (user_role <> 'VAA_WORKER' or organisation_id is not null or organisation_claim is not null),
  constraint claim_rules_organisation_is_of_its_workers
    check (organisation_id is null and organisation_claim is null or user_role in ('LA_SOCIAL_WORKER', 'VAA_WORKER')),
  constraint claim_rules_ended_at_after_created_at check (ended_at >= created_at)
);

comment on table auth.claim_rules is
'A user who signs in with this value at this path of the claims (a string, or an array that contains it) has this membership for
that session. Ending a rule keeps the row.';
comment on column auth.claim_rules.court_claim is 'The path of the claim that names the court, by its name or code.';
comment on column auth.claim_rules.organisation_claim is 'The path of the claim that is the organisation''s id.';

create index claim_rules_court_code_idx on auth.claim_rules (court_code);
