-- migrate:up

-- casefile_owner has policies for the rows that are read here.
set local row_security = on;

create schema request;

-- What each role may do next with a case in each status, gathered from core.status_transitions, and kept in step from the sources'
-- migration on, which is applied with this one.
create table core.next_statuses (
  user_role core.user_role,
  from_status core.case_status,
  to_statuses text[] not null,
  primary key (user_role, from_status)
);

insert into core.next_statuses (user_role, from_status, to_statuses)
select r.user_role, t.from_status, array_agg(t.to_status::text order by t.to_status)
from core.status_transitions as t
cross join unnest(t.roles) as r (user_role)
group by r.user_role, t.from_status;

-- Who reaches a case by name, in a table (db/tables/core.case_reach.sql). It is filled before anything is locked. Its triggers are made
-- here and not by the sources, so that it misses nothing of what running servers do: writes to core.cases, core.assignments and
-- core.organisation_links wait from "create trigger" to the end. At 1,000,000 cases with 500,000 ties that
-- is 0.7 of 4.5 seconds.
create table core.case_reach (
  case_id uuid not null,
  way text not null,
  reached_by text not null,
  created_at timestamptz not null
);

-- Who is tied to a case by name
create or replace function core.ties()
returns table (case_id uuid, way text, reached_by text, created_at timestamptz)
language sql
stable
security invoker
-- No search path of its own: so it becomes a part of its callers' queries, which ask for some cases.
as $$
  select c.id, a.assignment_type::text, a.user_id, c.created_at
  from core.assignments as a
  join core.cases as c on c.id = a.case_id
  where a.revoked_at is null and c.deleted_at is null
  union all
  select c.id, l.organisation_type::text, l.organisation_id, c.created_at
  from core.organisation_links as l
  join core.cases as c on c.id = l.case_id
  where l.unlinked_at is null and c.deleted_at is null;
$$;

comment on function core.ties() is
'The active assignments and links of the cases that are not deleted, in the form of core.case_reach.';

revoke all on function core.ties() from public;
grant execute on function core.ties() to casefile_backup;

-- Who reaches cases by name
create or replace function core.gather_reach(p_case_ids uuid[])
returns void
language plpgsql
volatile
security invoker
set search_path = ''
-- As in core.gather_participants.
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
as $$
begin
  delete from core.case_reach as r
  where r.case_id = any (p_case_ids)
    and not exists (
      select from core.ties() as t where t.case_id = r.case_id and t.way = r.way and t.reached_by = r.reached_by
    );

  insert into core.case_reach (case_id, way, reached_by, created_at)
  select t.case_id, t.way, t.reached_by, t.created_at
  from core.ties() as t
  where t.case_id = any (p_case_ids)
  on conflict (case_id, way, reached_by) do nothing;
end;
$$;

comment on function core.gather_reach(uuid[]) is
'Writes into core.case_reach what core.ties says of the cases. For triggers, and for whoever has disabled them.';

revoke all on function core.gather_reach(uuid[]) from public;

insert into core.case_reach (case_id, way, reached_by, created_at)
select t.case_id, t.way, t.reached_by, t.created_at
from core.ties() as t;

-- squawk-ignore disallowed-unique-constraint, adding-serial-primary-key-field
alter table core.case_reach add primary key (case_id, way, reached_by);
-- squawk-ignore require-concurrent-index-creation
create index case_reach_reached_by_created_at_case_id_idx on core.case_reach (reached_by, created_at desc, case_id desc)
  include (way);

-- Who reaches a case by an assignment
create or replace function core.tg_assignments__reach()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform core.gather_reach(array[new.case_id]);
  return null;
end;
$$;

comment on function core.tg_assignments__reach() is
'Gathers anew who reaches the case when somebody is assigned or revoked. core.tg_assignments__guard has locked the case,
so that nobody is missed. Definer: callers may not write it.';

revoke all on function core.tg_assignments__reach() from public;

create trigger tg_assignments__reach
after insert or update on core.assignments
for each row execute function core.tg_assignments__reach();
alter table core.assignments enable always trigger tg_assignments__reach;

-- Who reaches a case by a link
create or replace function core.tg_organisation_links__reach()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform core.gather_reach(array[new.case_id]);
  return null;
end;
$$;

comment on function core.tg_organisation_links__reach() is
'Gathers anew who reaches the case when an organisation comes or goes. core.tg_organisation_links__guard has locked the case,
so that none is missed. Definer: callers may not write it.';

revoke all on function core.tg_organisation_links__reach() from public;

create trigger tg_organisation_links__reach
after insert or update on core.organisation_links
for each row execute function core.tg_organisation_links__reach();
alter table core.organisation_links enable always trigger tg_organisation_links__reach;

-- Nobody reaches a deleted case by name
create or replace function core.tg_cases__reach()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform core.gather_reach(array[new.id]);
  return null;
end;
$$;

comment on function core.tg_cases__reach() is
'Nobody is left who reaches a case by name, once it is deleted. Definer: callers may not write it.';

revoke all on function core.tg_cases__reach() from public;

create trigger tg_cases__reach
after update on core.cases
for each row when (old.deleted_at is null and new.deleted_at is not null)
execute function core.tg_cases__reach();
alter table core.cases enable always trigger tg_cases__reach;

-- Nobody writes ties from here on. What others did meanwhile, with an hour to spare:
select core.gather_reach(array(
  select a.case_id
  from core.assignments as a
  where greatest(a.created_at, a.revoked_at) > now() - interval '1 hour'
  union
  select l.case_id
  from core.organisation_links as l
  where greatest(l.linked_at, l.unlinked_at) > now() - interval '1 hour'
  union
  select c.id
  from core.cases as c
  where c.deleted_at > now() - interval '1 hour'
));

-- squawk-ignore constraint-missing-not-valid
alter table core.case_reach add constraint case_reach_case_id_fkey foreign key (case_id) references core.cases (id);

-- Asked by core.reached_case_ids alone.
-- squawk-ignore require-concurrent-index-deletion
drop index core.cases_deleted_idx;

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

-- pgt-ignore lint/safety/addSerialColumn: it is written anew, as said above
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

-- The court of their case on side tables and audit entries (20261128180020_fill_courts.sql fills it). Until then old servers fill it by
-- these triggers, which db/migrations/*_sources.sql takes down, together with the policies by which the rows are filled. From here
-- to the end, reads and writes of these tables wait: a moment, however many rows there are.
alter table core.case_details add column court_code text;
alter table core.assignments add column court_code text;
alter table core.organisation_links add column court_code text;
alter table core.documents add column court_code text;
alter table core.status_changes add column court_code text;
alter table audit.entries add column court_code text;
alter table core.assignment_particulars add column case_id uuid, add column court_code text;
alter table core.document_texts add column case_id uuid, add column court_code text;
alter table core.status_change_particulars add column case_id uuid, add column court_code text;

create function core.tg_court_meanwhile()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  case tg_table_name
    when 'assignment_particulars' then
      select a.case_id into new.case_id from core.assignments as a where a.id = new.assignment_id;
    when 'document_texts' then
      select d.case_id into new.case_id from core.documents as d where d.id = new.document_id;
    when 'status_change_particulars' then
      select s.case_id into new.case_id from core.status_changes as s where s.id = new.status_change_id;
    else
      null;
  end case;

  -- The details of a new case come before it.
  new.court_code := coalesce((select c.court_code from core.cases as c where c.id = new.case_id), nullif(core.claim('court_code'), ''));
  return new;
end;
$$;

revoke all on function core.tg_court_meanwhile() from public;

create trigger tg_case_details__court_meanwhile before insert on core.case_details
for each row execute function core.tg_court_meanwhile();
alter table core.case_details enable always trigger tg_case_details__court_meanwhile;
create trigger tg_assignments__court_meanwhile before insert on core.assignments
for each row execute function core.tg_court_meanwhile();
alter table core.assignments enable always trigger tg_assignments__court_meanwhile;
create trigger tg_assignment_particulars__court_meanwhile before insert on core.assignment_particulars
for each row execute function core.tg_court_meanwhile();
alter table core.assignment_particulars enable always trigger tg_assignment_particulars__court_meanwhile;
create trigger tg_documents__court_meanwhile before insert on core.documents
for each row execute function core.tg_court_meanwhile();
alter table core.documents enable always trigger tg_documents__court_meanwhile;
create trigger tg_document_texts__court_meanwhile before insert on core.document_texts
for each row execute function core.tg_court_meanwhile();
alter table core.document_texts enable always trigger tg_document_texts__court_meanwhile;
create trigger tg_status_changes__court_meanwhile before insert on core.status_changes
for each row execute function core.tg_court_meanwhile();
alter table core.status_changes enable always trigger tg_status_changes__court_meanwhile;
create trigger tg_status_change_particulars__court_meanwhile before insert on core.status_change_particulars
for each row execute function core.tg_court_meanwhile();
alter table core.status_change_particulars enable always trigger tg_status_change_particulars__court_meanwhile;
create trigger tg_organisation_links__court_meanwhile before insert on core.organisation_links
for each row execute function core.tg_court_meanwhile();
alter table core.organisation_links enable always trigger tg_organisation_links__court_meanwhile;
create trigger tg_entries__court_meanwhile before insert on audit.entries
for each row execute function core.tg_court_meanwhile();
alter table audit.entries enable always trigger tg_entries__court_meanwhile;

create policy update_meanwhile on core.case_details for update to casefile_owner using (true);
create policy update_meanwhile on core.assignments for update to casefile_owner using (true);
create policy update_meanwhile on core.documents for update to casefile_owner using (true);
create policy update_meanwhile on core.document_texts for update to casefile_owner using (true);
create policy update_meanwhile on core.status_changes for update to casefile_owner using (true);
create policy update_meanwhile on core.status_change_particulars for update to casefile_owner using (true);
create policy update_meanwhile on core.organisation_links for update to casefile_owner using (true);
create policy update_meanwhile on audit.entries for update to casefile_owner using (true);

-- A session's expiry moves once a minute. Without an index on it, its row is written beside the old one, and no index is touched.
-- Comes last, as every request waits from here on.
-- squawk-ignore require-concurrent-index-deletion
drop index auth.sessions_expires_at_idx;
alter table auth.sessions set (fillfactor = 80);

-- migrate:down

drop trigger tg_case_details__court_meanwhile on core.case_details;
drop trigger tg_assignments__court_meanwhile on core.assignments;
drop trigger tg_assignment_particulars__court_meanwhile on core.assignment_particulars;
drop trigger tg_documents__court_meanwhile on core.documents;
drop trigger tg_document_texts__court_meanwhile on core.document_texts;
drop trigger tg_status_changes__court_meanwhile on core.status_changes;
drop trigger tg_status_change_particulars__court_meanwhile on core.status_change_particulars;
drop trigger tg_organisation_links__court_meanwhile on core.organisation_links;
drop trigger tg_entries__court_meanwhile on audit.entries;
drop policy update_meanwhile on core.case_details;
drop policy update_meanwhile on core.assignments;
drop policy update_meanwhile on core.documents;
drop policy update_meanwhile on core.document_texts;
drop policy update_meanwhile on core.status_changes;
drop policy update_meanwhile on core.status_change_particulars;
drop policy update_meanwhile on core.organisation_links;
drop policy update_meanwhile on audit.entries;
drop function core.tg_court_meanwhile();

alter table core.case_details drop column court_code;
alter table core.assignments drop column court_code;
alter table core.assignment_particulars drop column court_code, drop column case_id;
alter table core.documents drop column court_code;
alter table core.document_texts drop column court_code, drop column case_id;
alter table core.status_changes drop column court_code;
alter table core.status_change_particulars drop column court_code, drop column case_id;
alter table core.organisation_links drop column court_code;
alter table audit.entries drop column court_code;

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

create index cases_deleted_idx on core.cases (id) where deleted_at is not null;

drop trigger tg_cases__reach on core.cases;
drop trigger tg_organisation_links__reach on core.organisation_links;
drop trigger tg_assignments__reach on core.assignments;
drop function core.tg_cases__reach();
drop function core.tg_organisation_links__reach();
drop function core.tg_assignments__reach();
drop function core.gather_reach(uuid[]);
drop function core.ties();
drop table core.case_reach;

alter table auth.sessions reset (fillfactor);
create index sessions_expires_at_idx on auth.sessions (expires_at);
drop table core.next_statuses;
drop schema request;
