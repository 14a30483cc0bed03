-- The users and organisations of the cases of cases.sql: 3 assignments to ten cases, 2 links to ten.

create temp table assigning as
select
  md5('assignment ' || l.n || a.assignment_type)::uuid as id,
  l.case_id,
  l.court_code,
  l.officer,
  a.assignment_type::core.assignment_type as assignment_type,
  a.user_id,
  l.created_at + a.after as created_at
from (
  select
    l.*,
    row_number() over (partition by l.place % 50 in (4, 14, 24) order by l.n) - 1 as cafcass_place,
    row_number() over (partition by l.place % 50 in (5, 15, 25) order by l.n) - 1 as social_place,
    row_number() over (partition by l.place % 25 in (1, 6) order by l.n) - 1 as adopter_place,
    greatest(1, count(*) over () * 3 / 2000) as forties
  from loading as l
) as l
cross join lateral (
  values
    ('JUDICIAL', l.judge, interval '1 hour'),
    -- Forty to each of these, too.
    ('CAFCASS', case when l.place % 50 in (4, 14, 24) then 'cafcass.' || l.cafcass_place % l.forties end, interval '2 hours'),
    ('SOCIAL_WORKER', case when l.place % 50 in (5, 15, 25) then 'social.' || l.social_place % l.forties end, interval '3 hours'),
    -- Two cases to one adopter and one to the next, in turn.
    (
      'APPLICANT',
      case when l.place % 25 in (1, 6) then 'adopter.' || l.adopter_place / 3 * 2 + l.adopter_place % 3 / 2 end,
      interval '4 hours'
    )
) as a (assignment_type, user_id, after)
where a.user_id is not null;

insert into core.assignments (id, case_id, court_code, user_id, assignment_type, created_at)
select a.id, a.case_id, a.court_code, a.user_id, a.assignment_type, a.created_at
from assigning as a
order by a.created_at;

insert into core.assignment_particulars (assignment_id, case_id, court_code, assigned_by)
select a.id, a.case_id, a.court_code, a.officer
from assigning as a
order by a.created_at;

-- 150 local authorities and 40 agencies.
insert into core.organisation_links (id, case_id, court_code, organisation_id, organisation_type, linked_at, linked_by)
select
  md5('link ' || l.n)::uuid,
  l.case_id,
  l.court_code,
  case when l.place % 20 = 10 then 'agency.' || l.link_place % 40 else 'authority.' || l.link_place % 150 end,
  case when l.place % 20 = 10 then 'VOLUNTARY_AGENCY' else 'LOCAL_AUTHORITY' end::core.organisation_type,
  l.created_at + interval '5 hours',
  l.officer
from (
  select l.*, row_number() over (partition by l.place % 20 = 10 order by l.n) - 1 as link_place
  from loading as l
  where l.place % 20 in (0, 7, 10, 13)
) as l
order by l.n;

-- And one authority with 5,000 fresh cases, however many there are.
insert into core.organisation_links (id, case_id, court_code, organisation_id, organisation_type, linked_at, linked_by)
select
  md5('county ' || l.n)::uuid, l.case_id, l.court_code, 'authority.county', 'LOCAL_AUTHORITY', l.created_at + interval '6 hours', l.officer
from loading as l
where l.place % (current_setting('bench.cases')::integer / 5000) = 1
order by l.n;

insert into core.case_reach (case_id, way, reached_by, created_at)
select t.case_id, t.way, t.reached_by, t.created_at
from core.ties() as t;

select core.gather_participants(array(
  select a.case_id
  from core.assignments as a
  union
  select o.case_id
  from core.organisation_links as o
));
