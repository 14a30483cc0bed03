create table core.cases (
  id uuid primary key,
  court_code text not null references core.courts (code),
  number_year integer not null,
  number_sequence integer not null,
  case_number text collate "C" not null generated always as (
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
  status_place smallint not null generated always as (core.status_place(status)) stored,
  case_type_place smallint not null generated always as (core.case_type_place(case_type)) stored,
  attention_place bigint not null generated always as (core.attention_place(next_hearing)) stored,
  scheduled_at timestamptz not null generated always as (coalesce(next_hearing, created_at)) stored,
  constraint cases_case_number_key unique (court_code, number_year, number_sequence),
  constraint cases_updated_at_not_before_created_at check (updated_at >= created_at),
  constraint cases_deleted_at_after_created_at check (deleted_at >= created_at)
) with (fillfactor = 90);

comment on table core.cases is
'Adoption cases. A caller who reaches a case may read every column here; what an adopter must not see is in side tables.';
comment on column core.cases.number_year is 'The year of Europe/London in which the case was created.';
comment on column core.cases.case_number is 'For people: BFC/2026/00001. Sort by court, year and sequence, not by this text.';
comment on column core.cases.status_change_id is 'The change that led to the current status; null before the first.';
comment on column core.cases.status_reason is
'An update states the reason of its status change here. A trigger moves it to core.status_change_particulars, so that a stored row
always has null.';
comment on column core.cases.details_version is 'The version of the case that introduced its current core.case_details.';
comment on column core.cases.version is 'Moves by exactly one with every change of the case.';
comment on column core.cases.deleted_at is 'Set once, by a soft delete; the row never changes afterwards.';

comment on column core.cases.status_place is
'For filters and sorting. Under row-level security, only leakproof operators can use an index: those of numbers, texts and times,
but not those of an enum.';
comment on column core.cases.case_type_place is 'For filters.';
comment on column core.cases.attention_place is 'For sorting: the sooner the next hearing, the greater.';
comment on column core.cases.scheduled_at is 'The next hearing, or the creation if none is fixed; for filters by date.';

-- For the foreign keys of side tables, which repeat the court of their case.
create unique index cases_id_court_code_key on core.cases (id, court_code);
-- Newest first within a court: an officer's list opens like this, page by page or by cursor.
create index cases_court_code_created_at_id_idx on core.cases (court_code, created_at desc, id desc)
  where deleted_at is null;
-- An officer's list in its other orders and by each of its filters. Each index also has the columns of the other filters,
-- so that it serves pages and counts alone.
create index cases_court_code_status_place_created_at_id_idx on core.cases (court_code, status_place, created_at, id)
  include (case_type_place)
  where deleted_at is null;
create index cases_court_code_case_type_place_created_at_id_idx on core.cases (court_code, case_type_place, created_at, id)
  where deleted_at is null;
create index cases_court_code_attention_place_created_at_id_idx on core.cases (court_code, attention_place, created_at, id)
  include (status_place, case_type_place)
  where deleted_at is null;
create index cases_court_code_scheduled_at_idx on core.cases (court_code, scheduled_at)
  include (created_at, id, attention_place, status_place, case_type_place)
  where deleted_at is null;
create index cases_court_code_case_number_idx on core.cases (court_code, case_number)
  include (created_at, id, status_place, case_type_place)
  where deleted_at is null;
comment on index core.cases_court_code_case_number_idx is
'Numbers are sorted as bytes, so that those with the same beginning are adjacent in any collation of the database.';

alter table core.cases
  add constraint cases_id_details_version_fkey
  foreign key (id, details_version) references core.case_details (case_id, version);

alter table core.cases
  add constraint cases_status_change_id_fkey
  foreign key (status_change_id) references core.status_changes (id);
