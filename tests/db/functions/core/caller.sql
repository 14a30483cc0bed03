\ir ../../fixtures.psql

select act_as('officer');
select is(
  core.caller(),
  row('officer.one', 'officer.one', 'HMCTS_CASE_OFFICER', 'Birmingham Family Court', null)::api.caller,
  'an officer is shown with the name of the court'
);

select act_as('social_worker');
select is(
  core.caller(),
  row('colleague.one', 'colleague.one', 'LA_SOCIAL_WORKER', null, 'la.one')::api.caller,
  'a social worker is shown with the organisation'
);

select act_as('HMCTS_CASE_OFFICER', 'officer.one', 'NOWHERE', null);
select is((core.caller()).court_assignment, null, 'a court that does not exist has no name');

select * from finish();
rollback;
