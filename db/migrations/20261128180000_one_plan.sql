-- migrate:up

-- What lists filter and sort by, in columns that an index can serve under row-level security (db/tables/core.cases.sql). PostgreSQL
-- computes them in one pass over the table: no version moves, no trigger runs. From here to the end of this migration nobody
-- reads or writes core.cases: requests wait, and those that wait longer than their limits are answered with 503. At
-- 1,000,000 cases that is 16 seconds, half of them for the indexes; at 10,000, a third of a second.
-- Where a status stands in the order of a case's life
create or replace function core.status_place(p_status core.case_status)
returns smallint
language sql
immutable
security invoker
as $$
  select (
    case p_status
      when 'APPLICATION' then 1
      when 'DIRECTIONS' then 2
      when 'CONSENT_AND_REPORTING' then 3
      when 'FINAL_HEARING' then 4
      when 'ORDER_GRANTED' then 5
      when 'APPLICATION_REFUSED' then 6
      when 'APPLICATION_WITHDRAWN' then 7
      when 'ON_HOLD' then 8
      when 'ADJOURNED' then 9
    end
  )::smallint;
$$;

comment on function core.status_place(core.case_status) is
'The place of a status in core.case_status, from 1. core.cases.status_place is made of it: what it says of a status never changes.';

revoke all on function core.status_place(core.case_status) from public;
grant execute on function core.status_place(core.case_status) to casefile_caller;

-- A case type as a number
create or replace function core.case_type_place(p_case_type core.case_type)
returns smallint
language sql
immutable
security invoker
as $$
  select (
    case p_case_type
      when 'AGENCY_ADOPTION' then 1
      when 'STEP_PARENT_ADOPTION' then 2
      when 'INTERCOUNTRY_ADOPTION' then 3
      when 'NON_AGENCY_ADOPTION' then 4
      when 'FOSTER_TO_ADOPT' then 5
      when 'ADOPTION_FOLLOWING_PLACEMENT_ORDER' then 6
    end
  )::smallint;
$$;

comment on function core.case_type_place(core.case_type) is
'The place of a type in core.case_type, from 1. core.cases.case_type_place is made of it: what it says of a type never changes.';

revoke all on function core.case_type_place(core.case_type) from public;
grant execute on function core.case_type_place(core.case_type) to casefile_caller;

-- How much attention a case wants, to sort by
create or replace function core.attention_place(p_next_hearing timestamptz)
returns bigint
language sql
immutable
security invoker
as $$
  -- In milliseconds before 1970. Without a hearing it is less than that of any time there is.
  select coalesce(-floor(extract(epoch from p_next_hearing at time zone 'UTC') * 1000)::bigint, -10000000000000000);
$$;

comment on function core.attention_place(timestamptz) is
'The sooner the next hearing, the greater; least where none is fixed. core.cases.attention_place is made of it: what it says of a time never changes.';

revoke all on function core.attention_place(timestamptz) from public;
grant execute on function core.attention_place(timestamptz) to casefile_caller;

-- It stands in an expression, while what stands now is a column.
-- squawk-ignore require-concurrent-index-deletion
drop index core.cases_court_code_case_number_idx;

alter table core.cases
  -- squawk-ignore changing-column-type
  alter column case_number type text collate "C",
  -- squawk-ignore adding-field-with-default, prefer-bigint-over-smallint
  add column status_place smallint not null generated always as (core.status_place(status)) stored,
  -- squawk-ignore adding-field-with-default, prefer-bigint-over-smallint
  add column case_type_place smallint not null generated always as (core.case_type_place(case_type)) stored,
  -- squawk-ignore adding-field-with-default
  add column attention_place bigint not null generated always as (core.attention_place(next_hearing)) stored,
  -- squawk-ignore adding-field-with-default
  add column scheduled_at timestamptz not null generated always as (coalesce(next_hearing, created_at)) stored;

-- squawk-ignore require-concurrent-index-creation
create index cases_court_code_status_place_created_at_id_idx on core.cases (court_code, status_place, created_at, id)
  include (case_type_place)
  where deleted_at is null;
-- squawk-ignore require-concurrent-index-creation
create index cases_court_code_case_type_place_created_at_id_idx on core.cases (court_code, case_type_place, created_at, id)
  where deleted_at is null;
-- squawk-ignore require-concurrent-index-creation
create index cases_court_code_attention_place_created_at_id_idx on core.cases (court_code, attention_place, created_at, id)
  include (status_place, case_type_place)
  where deleted_at is null;
-- squawk-ignore require-concurrent-index-creation
create index cases_court_code_scheduled_at_idx on core.cases (court_code, scheduled_at)
  include (created_at, id, attention_place, status_place, case_type_place)
  where deleted_at is null;
-- squawk-ignore require-concurrent-index-creation
create index cases_court_code_case_number_idx on core.cases (court_code, case_number)
  include (created_at, id, status_place, case_type_place)
  where deleted_at is null;

-- migrate:down

drop index core.cases_court_code_case_number_idx;
drop index core.cases_court_code_scheduled_at_idx;
drop index core.cases_court_code_attention_place_created_at_id_idx;
drop index core.cases_court_code_case_type_place_created_at_id_idx;
drop index core.cases_court_code_status_place_created_at_id_idx;

alter table core.cases
  drop column scheduled_at,
  drop column attention_place,
  drop column case_type_place,
  drop column status_place,
  alter column case_number type text;

create index cases_court_code_case_number_idx on core.cases (court_code, (case_number collate "C"));
comment on index core.cases_court_code_case_number_idx is
'A case by the beginning of its number, among those of a court.';

drop function core.attention_place(timestamptz);
drop function core.case_type_place(core.case_type);
drop function core.status_place(core.case_status);
