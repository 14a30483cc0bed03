\ir ../../fixtures.psql

select act_as('officer');
select is(
  core.caller(),
  row('officer.one', 'officer.one', 'HMCTS_CASE_OFFICER', 'Birmingham Family Court', null)::api.caller,
  'an officer with the name of its court'
);

select act_as('social_worker');
select is(
  core.caller(),
  row('colleague.one', 'colleague.one', 'LA_SOCIAL_WORKER', null, 'la.one')::api.caller,
  'a social worker with its organisation'
);

select act_as('HMCTS_CASE_OFFICER', 'officer.one', 'NOWHERE', null);
select is((core.caller()).court_assignment, null, 'no name for a missing court');

select * from finish();
rollback;
