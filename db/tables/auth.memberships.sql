create table auth.memberships (
  id uuid primary key,
  user_id text not null references auth.users (user_id),
  user_role core.user_role not null,
  court_code text references core.courts (code),
  organisation_id text
    constraint memberships_organisation_id_within_limit check (char_length(organisation_id) <= 100)
    constraint memberships_organisation_id_trimmed check (organisation_id <> '' and organisation_id = btrim(organisation_id)),
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  constraint memberships_officer_has_court check (user_role <> 'HMCTS_CASE_OFFICER' or court_code is not null),
  constraint memberships_agency_worker_has_organisation check (user_role <> 'VAA_WORKER' or organisation_id is not null),
  constraint memberships_organisation_is_of_its_workers
    check (organisation_id is null or user_role in ('LA_SOCIAL_WORKER', 'VAA_WORKER')),
  constraint memberships_ended_at_after_created_at check (ended_at >= created_at)
);

comment on table auth.memberships is 'A role of a user, with the court or organisation that the role needs. Ending a membership keeps the row.';

create unique index memberships_active_key
  on auth.memberships (user_id, user_role, coalesce(court_code, ''), coalesce(organisation_id, ''))
  where ended_at is null;
create index memberships_user_id_idx on auth.memberships (user_id);
create index memberships_court_code_idx on auth.memberships (court_code);
