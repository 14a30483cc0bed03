-- migrate:up

create table core.assignments (
  id uuid primary key,
  case_id uuid not null references core.cases (id),
  user_id text not null
    constraint assignments_user_id_within_limit check (char_length(user_id) <= 100)
    constraint assignments_user_id_trimmed check (user_id <> '' and user_id = btrim(user_id)),
  assignment_type core.assignment_type not null,
  created_at timestamptz not null default now(),
  revoked_at timestamptz,
  constraint assignments_revoked_at_after_created_at check (revoked_at >= created_at)
);
comment on table core.assignments is 'Ties a user to a case. Revoking keeps the row and ends the access at once.';
comment on column core.assignments.user_id is 'Case-sensitive, trimmed.';

create unique index assignments_active_key on core.assignments (case_id, user_id, assignment_type)
  where revoked_at is null;
create index assignments_user_id_assignment_type_idx on core.assignments (user_id, assignment_type, case_id)
  where revoked_at is null;
create index assignments_case_id_idx on core.assignments (case_id);

create table core.assignment_particulars (
  assignment_id uuid primary key references core.assignments (id),
  assigned_by text not null,
  revoked_by text
);
comment on table core.assignment_particulars is 'Who assigned, and who revoked: hidden from adopters.';

create table core.organisation_links (
  id uuid primary key,
  case_id uuid not null references core.cases (id),
  organisation_id text not null
    constraint organisation_links_organisation_id_within_limit check (char_length(organisation_id) <= 100)
    constraint organisation_links_organisation_id_trimmed check (organisation_id <> '' and organisation_id = btrim(organisation_id)),
  organisation_type core.organisation_type not null,
  linked_at timestamptz not null default now(),
  linked_by text not null,
  unlinked_at timestamptz,
  unlinked_by text,
  constraint organisation_links_unlinked_at_after_linked_at check (unlinked_at >= linked_at),
  constraint organisation_links_unlinked_by_somebody check ((unlinked_at is null) = (unlinked_by is null))
);
comment on table core.organisation_links is
'Ties a local authority or a voluntary adoption agency to a case. Unlinking keeps the row. Hidden from adopters.';
comment on column core.organisation_links.organisation_id is 'Opaque: there is no register of organisations here.';

create unique index organisation_links_active_key on core.organisation_links (case_id, organisation_id)
  where unlinked_at is null;
create index organisation_links_organisation_id_organisation_type_idx
  on core.organisation_links (organisation_id, organisation_type, case_id)
  where unlinked_at is null;
create index organisation_links_case_id_idx on core.organisation_links (case_id);

-- migrate:down

drop table core.organisation_links;
drop table core.assignment_particulars;
drop table core.assignments;
