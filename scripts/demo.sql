-- A small caseload to look at, made as the server's login, and by its callers. Both sessions end with the work. Cases have
-- ids that never change, as the examples of the API's document name them.

begin;

select auth.log_in(sha256('olivia.officer'), null, 'olivia.officer', 'HMCTS_CASE_OFFICER', 'Birmingham Family Court');
select auth.resume(sha256('olivia.officer'), null, null);
insert into core.case_details (case_id, notes, internal_notes, linked_family_court_case_reference)
values
  ('01970000-0000-7000-8000-000000000001', 'Sibling group of two', 'Placement agreed in principle', 'BM24C00117'),
  ('01970000-0000-7000-8000-000000000002', 'Consent of the birth father is awaited', null, null),
  ('01970000-0000-7000-8000-000000000003', null, null, 'BM24C00342'),
  ('01970000-0000-7000-8000-000000000004', 'Foster carers of two years', null, null),
  ('01970000-0000-7000-8000-000000000005', null, null, null);

insert into core.cases (id, court_code, case_type, next_hearing)
values
  ('01970000-0000-7000-8000-000000000001', 'BFC', 'AGENCY_ADOPTION', null),
  ('01970000-0000-7000-8000-000000000002', 'BFC', 'STEP_PARENT_ADOPTION', null),
  ('01970000-0000-7000-8000-000000000003', 'BFC', 'ADOPTION_FOLLOWING_PLACEMENT_ORDER', now() + interval '4 days'),
  ('01970000-0000-7000-8000-000000000004', 'BFC', 'FOSTER_TO_ADOPT', now() - interval '2 days'),
  ('01970000-0000-7000-8000-000000000005', 'BFC', 'INTERCOUNTRY_ADOPTION', now() + interval '40 days');

-- Everybody in the first case.
select
  api.create_assignment(c.id, 'judge.judith', 'JUDICIAL'),
  api.create_assignment(c.id, 'carla.cafcass', 'CAFCASS'),
  api.create_assignment(c.id, 'sam.social', 'SOCIAL_WORKER'),
  api.create_assignment(c.id, 'adam.adopter', 'APPLICANT'),
  api.create_assignment(c.id, 'anna.adopter', 'APPLICANT'),
  api.link_organisation(c.id, 'birmingham-city-council', 'LOCAL_AUTHORITY'),
  api.link_organisation(c.id, 'midlands-adoption', 'VOLUNTARY_AGENCY')
from core.cases as c
where c.number_sequence = 1;

select api.link_organisation('01970000-0000-7000-8000-000000000003', 'midlands-adoption', 'VOLUNTARY_AGENCY');

select api.change_case_status(c.id, null, 'DIRECTIONS')
from core.cases as c
where c.number_sequence <= 3;

select api.update_case('01970000-0000-7000-8000-000000000005', null, '{"notes": "The child lives in Romania"}');

select api.change_case_status(c.id, null, 'ON_HOLD', 'Local authority report outstanding')
from core.cases as c
where c.number_sequence = 4;

commit;

select auth.log_out(sha256('olivia.officer'));

begin;

select auth.log_in(sha256('leo.officer'), null, 'leo.officer', 'HMCTS_CASE_OFFICER', 'Leeds Family Court');
select auth.resume(sha256('leo.officer'), null, null);
select api.create_case('NON_AGENCY_ADOPTION', 'Application by the grandparents');
select api.create_case('STEP_PARENT_ADOPTION', null, null, null, null, now() + interval '6 days');

select
  api.create_assignment(c.id, 'judge.judith', 'JUDICIAL'),
  api.link_organisation(c.id, 'leeds-city-council', 'LOCAL_AUTHORITY')
from core.cases as c;

commit;

select auth.log_out(sha256('leo.officer'));
