-- The users of the demonstration caseload, for the directory. A provider on this machine has these user ids as subjects, and a mock
-- login need not state a court or organisation. Run as a superuser, with the provider's issuer in the setting
-- demonstration.issuer.

select auth.import_directory(
  (
    select jsonb_agg(jsonb_build_object(
      'line', u.line, 'userId', u.user_id, 'issuer', current_setting('demonstration.issuer'), 'subject', u.user_id,
      'name', u.name, 'role', u.user_role, 'court', u.court, 'organisationId', u.organisation_id
    ))
    from (
      values
        (1, 'olivia.officer', 'Olivia Officer', 'HMCTS_CASE_OFFICER', 'Birmingham Family Court', null),
        (2, 'leo.officer', 'Leo Officer', 'HMCTS_CASE_OFFICER', 'Leeds Family Court', null),
        (3, 'judge.judith', 'Judge Judith', 'JUDGE_LEGAL_ADVISER', null, null),
        (4, 'carla.cafcass', 'Carla Cafcass', 'CAFCASS_OFFICER', null, null),
        (5, 'sam.social', 'Sam Social', 'LA_SOCIAL_WORKER', null, 'birmingham-city-council'),
        (6, 'vera.agency', 'Vera Agency', 'VAA_WORKER', null, 'midlands-adoption'),
        (7, 'adam.adopter', 'Adam Adopter', 'ADOPTER', null, null),
        (8, 'anna.adopter', 'Anna Adopter', 'ADOPTER', null, null),
        -- She serves two courts, and chooses one when she signs in.
        (9, 'olga.officer', 'Olga Officer', 'HMCTS_CASE_OFFICER', 'Birmingham Family Court', null),
        (10, 'olga.officer', 'Olga Officer', 'HMCTS_CASE_OFFICER', 'Leeds Family Court', null),
        -- A program.
        (11, 'case.robot', 'Case Robot', 'HMCTS_CASE_OFFICER', 'Birmingham Family Court', null)
    ) as u (line, user_id, name, user_role, court, organisation_id)
  ),
  false
);
