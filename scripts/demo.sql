-- A small caseload to look at, made through the operations themselves, as the server's login. Both sessions
-- end with the work.

begin;

select auth.log_in(sha256('olivia.officer'), null, 'olivia.officer', 'HMCTS_CASE_OFFICER', 'Birmingham Family Court');
select auth.resume(sha256('olivia.officer'), null, null);
select api.create_case('AGENCY_ADOPTION', 'Sibling group of two', 'Placement agreed in principle', null, 'BM24C00117');
select api.create_case('STEP_PARENT_ADOPTION', 'Consent of the birth father is awaited');
select api.create_case('ADOPTION_FOLLOWING_PLACEMENT_ORDER', null, null, null, 'BM24C00342', now() + interval '4 days');
select api.create_case('FOSTER_TO_ADOPT', 'Foster carers of two years', null, null, null, now() - interval '2 days');
select api.create_case('INTERCOUNTRY_ADOPTION', null, null, null, null, now() + interval '40 days');

-- Everybody that takes part in the first case.
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

select api.change_case_status(c.id, null, 'DIRECTIONS')
from core.cases as c
where c.number_sequence <= 3;

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
