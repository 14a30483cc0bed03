-- migrate:up

create table core.status_transitions (
  from_status core.case_status not null,
  to_status core.case_status not null,
  roles core.user_role[] not null constraint status_transitions_roles_not_empty check (cardinality(roles) > 0),
  reason_required boolean not null,
  primary key (from_status, to_status)
);
comment on table core.status_transitions is 'Which status may follow which. A status without a row here is terminal.';
comment on column core.status_transitions.roles is 'Who may make this change.';

insert into core.status_transitions (from_status, to_status, roles, reason_required)
select
  t.from_status::core.case_status,
  u.to_status,
  case
    when u.to_status in ('ORDER_GRANTED', 'APPLICATION_REFUSED') then '{JUDGE_LEGAL_ADVISER}'
    else '{HMCTS_CASE_OFFICER,JUDGE_LEGAL_ADVISER}'
  end::core.user_role[],
  u.to_status in ('ON_HOLD', 'APPLICATION_WITHDRAWN')
from (
  values
    ('APPLICATION', '{DIRECTIONS,ON_HOLD,APPLICATION_WITHDRAWN}'),
    ('DIRECTIONS', '{CONSENT_AND_REPORTING,ON_HOLD,ADJOURNED,APPLICATION_WITHDRAWN}'),
    ('CONSENT_AND_REPORTING', '{FINAL_HEARING,ON_HOLD,ADJOURNED,APPLICATION_WITHDRAWN}'),
    ('FINAL_HEARING', '{ORDER_GRANTED,APPLICATION_REFUSED,ADJOURNED,APPLICATION_WITHDRAWN}'),
    ('ON_HOLD', '{APPLICATION,DIRECTIONS,CONSENT_AND_REPORTING,FINAL_HEARING,APPLICATION_WITHDRAWN}'),
    ('ADJOURNED', '{DIRECTIONS,CONSENT_AND_REPORTING,FINAL_HEARING,APPLICATION_WITHDRAWN}')
) as t (from_status, to_statuses),
unnest(t.to_statuses::core.case_status[]) as u (to_status);

create table core.case_number_series (
  court_code text not null references core.courts (code),
  year integer not null,
  last_number integer not null constraint case_number_series_last_number_positive check (last_number > 0),
  primary key (court_code, year)
);
comment on table core.case_number_series is
'The last case number given out, one gapless series per court and year. Its row is locked until the creation commits.';
comment on column core.case_number_series.year is 'The year of Europe/London.';

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
);
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

create table core.case_details (
  case_id uuid not null references core.cases (id) deferrable initially deferred,
  version integer not null constraint case_details_version_positive check (version > 0),
  notes text constraint case_details_notes_within_limit check (char_length(notes) <= 20000),
  internal_notes text constraint case_details_internal_notes_within_limit check (char_length(internal_notes) <= 20000),
  staff_comments text constraint case_details_staff_comments_within_limit check (char_length(staff_comments) <= 20000),
  linked_family_court_case_reference text
    constraint case_details_linked_family_court_case_reference_within_limit
    check (char_length(linked_family_court_case_reference) <= 50),
  created_by text not null,
  primary key (case_id, version)
);
comment on table core.case_details is
'What only the professionals of a case may read. Insert-only: a change of details is a new row here and one update of the case, in this order.';
comment on column core.case_details.version is 'The version of the case from which on this row holds.';
comment on column core.case_details.created_by is 'Who created the case; carried along.';

alter table core.cases
  add constraint cases_id_details_version_fkey
  foreign key (id, details_version) references core.case_details (case_id, version);

create table core.status_changes (
  id bigint generated always as identity primary key,
  case_id uuid not null references core.cases (id),
  from_status core.case_status not null,
  to_status core.case_status not null,
  changed_at timestamptz not null
);
comment on table core.status_changes is 'The history of a case''s status, written by a trigger alone.';

create table core.status_change_particulars (
  status_change_id bigint primary key references core.status_changes (id),
  changed_by text not null,
  reason text constraint status_change_particulars_reason_within_limit check (char_length(reason) <= 2000)
);
comment on table core.status_change_particulars is 'Who changed a status, and why: hidden from adopters.';

alter table core.cases
  add constraint cases_status_change_id_fkey
  foreign key (status_change_id) references core.status_changes (id);

-- Newest first within a court, which is how an officer's list opens, page by page or by cursor.
create index cases_court_code_created_at_id_idx on core.cases (court_code, created_at desc, id desc)
  where deleted_at is null;
-- For core.reached_case_ids: few cases are deleted.
create index cases_deleted_idx on core.cases (id) where deleted_at is not null;
create index status_changes_case_id_id_idx on core.status_changes (case_id, id);

create type core.case_filter as (
  status core.case_status, case_type core.case_type, since timestamptz, before timestamptz, case_number text
);
comment on type core.case_filter is
'Which cases a list is about; null for any. since and before bound the next hearing, or else the creation.';

create type core.case_cursor as (sort_key text, case_id uuid);
comment on type core.case_cursor is 'A place in an ordered list of cases.';

-- migrate:down

drop type core.case_cursor, core.case_filter;
alter table core.cases drop constraint cases_status_change_id_fkey, drop constraint cases_id_details_version_fkey;
drop table core.status_change_particulars;
drop table core.status_changes;
drop table core.case_details;
drop table core.cases;
drop table core.case_number_series;
drop table core.status_transitions;
