create table core.cases (
  id uuid primary key,
  court_code text not null references core.courts (code),
  number_year integer not null,
  number_sequence integer not null,
  case_number text not null generated always as (
    court_code || '/' || number_year::text || '/'
    || lpad(number_sequence::text, greatest(5, length(number_sequence::text)), '0')
  ) stored,
  case_type core.case_type not null,
  status core.case_status not null default 'APPLICATION',
  status_change_id bigint,
  status_reason text constraint cases_status_reason_moves_to_the_status_change check (status_reason is null),
  details_version integer not null default 1,
  next_hearing timestamptz constraint cases_next_hearing_is_a_time check (isfinite(next_hearing)),
  version integer not null default 1 constraint cases_version_positive check (version > 0),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz,
  constraint cases_case_number_key unique (court_code, number_year, number_sequence),
  constraint cases_updated_at_not_before_created_at check (updated_at >= created_at),
  constraint cases_deleted_at_after_created_at check (deleted_at >= created_at)
) with (fillfactor = 90);

comment on table core.cases is
'Adoption cases. Whoever reaches a case may read every column here; what an adopter must not see stands in side tables.';
comment on column core.cases.number_year is 'The year of Europe/London in which the case was created.';
comment on column core.cases.case_number is 'For people: BFC/2026/00001. Sort by court, year and sequence, not by this text.';
comment on column core.cases.status_change_id is 'The change that led to the present status; null before the first.';
comment on column core.cases.status_reason is
'Where an update states the reason of its status change. A trigger moves it to core.status_change_particulars, so that it is always null at rest.';
comment on column core.cases.details_version is 'The version of the case that brought its present core.case_details.';
comment on column core.cases.version is 'Moves by exactly one with every change of the case.';
comment on column core.cases.deleted_at is 'Set once, by a soft delete; nothing changes afterwards.';

-- Newest first within a court, which is how an officer's list opens, page by page or by cursor.
create index cases_court_code_created_at_id_idx on core.cases (court_code, created_at desc, id desc)
  where deleted_at is null;
-- Numbers sort as bytes here, so that those that begin alike stand side by side, whatever the collation of the database.
create index cases_court_code_case_number_idx on core.cases (court_code, (case_number collate "C"));
comment on index core.cases_court_code_case_number_idx is
'A case by the beginning of its number, among those of a court.';

alter table core.cases
  add constraint cases_id_details_version_fkey
  foreign key (id, details_version) references core.case_details (case_id, version);

alter table core.cases
  add constraint cases_status_change_id_fkey
  foreign key (status_change_id) references core.status_changes (id);
