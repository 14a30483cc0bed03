create table core.organisation_links (
  id uuid primary key,
  case_id uuid not null,
  organisation_id text not null
    constraint organisation_links_organisation_id_within_limit check (char_length(organisation_id) <= 100)
    constraint organisation_links_organisation_id_trimmed check (organisation_id <> '' and organisation_id = btrim(organisation_id)),
  organisation_type core.organisation_type not null,
  linked_at timestamptz not null default now(),
  linked_by text not null,
  unlinked_at timestamptz,
  unlinked_by text,
  court_code text not null,
  constraint organisation_links_unlinked_at_after_linked_at check (unlinked_at >= linked_at),
  constraint organisation_links_unlinked_by_somebody check ((unlinked_at is null) = (unlinked_by is null)),
  foreign key (case_id, court_code) references core.cases (id, court_code)
);

comment on table core.organisation_links is
'Links a local authority or a voluntary adoption agency to a case. Unlinking keeps the row. Hidden from adopters.';
comment on column core.organisation_links.organisation_id is 'Opaque: there is no register of organisations here.';

create unique index organisation_links_active_key on core.organisation_links (case_id, organisation_id)
  where unlinked_at is null;
create index organisation_links_organisation_id_organisation_type_idx
  on core.organisation_links (organisation_id, organisation_type, case_id)
  where unlinked_at is null;
create index organisation_links_case_id_idx on core.organisation_links (case_id);
