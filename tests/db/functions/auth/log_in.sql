\ir ../../fixtures.psql
\ir ../../sessions.psql

select is(
  auth.log_in(token(3), null, e' judge.one\n', 'JUDGE_LEGAL_ADVISER', ' ', e'\t'),
  row(row('judge.one', 'judge.one', 'JUDGE_LEGAL_ADVISER', null, null), '/dashboard', now() + interval '30 minutes', now() + interval '12 hours')::auth.log_in,
  'a judge logs in, and blank court and organisation are left out'
);
select is(
  auth.log_in(token(4), null, 'o', 'HMCTS_CASE_OFFICER', ' Leeds Family Court ', ' la.one '),
  row(row('o', 'o', 'HMCTS_CASE_OFFICER', 'Leeds Family Court', 'la.one'), '/dashboard', now() + interval '30 minutes', now() + interval '12 hours')::auth.log_in,
  'an officer logs in with court and organisation'
);
select is(court_of(token(4)), 'LDFC', 'the session keeps the court by its code');
select is(remaining(token(4)), '30 minutes', 'the session lasts 30 minutes');
select is((auth.log_in(token(5), null, 'a', 'ADOPTER')).redirect_url, '/my-cases', 'an adopter is sent to the adopter''s cases');
select is(
  (auth.log_in(token(6), null, 'a', 'ADOPTER', p_return_url => '/cases/1')).redirect_url,
  '/cases/1', 'a safe return URL is used'
);
select is((auth.log_in(token(7), null, 'a', 'ADOPTER', p_return_url => '//x')).redirect_url, '/my-cases', 'a return URL without a scheme but with a host is ignored');
select is((auth.log_in(token(8), null, 'o', 'VAA_WORKER', p_return_url => 'https://x')).redirect_url, '/dashboard', 'a return URL of another site is ignored');

select lives_ok($$select auth.log_in(token(9), token(1), 'officer.one', 'HMCTS_CASE_OFFICER')$$, 'a login replaces a session');
select is(remaining(token(1)), null, 'the previous session has ended');
select is(remaining(token(2)), '30 minutes', 'other sessions stay');
select lives_ok(
  $$select auth.log_in(token(10), token(99), 'officer.one', 'HMCTS_CASE_OFFICER')$$,
  'a previous session that is gone is no error'
);

-- Twenty of one user in one role.
select auth.log_in(token(100 + n), null, 'm', 'ADOPTER') from generate_series(1, 20) as n;
select set_remaining(token(100 + n), (30 - n) * interval '1 minute') from generate_series(1, 20) as n;
select auth.log_in(token(121), null, 'm', 'ADOPTER'), auth.log_in(token(122), null, ' m ', 'ADOPTER'), auth.log_in(token(123), null, 'm', 'VAA_WORKER');
select is(
  array(select n from generate_series(101, 123) as n where remaining(token(n)) is null), '{119,120}', 'the sessions that would expire first make room'
);
select auth.log_in(token(124), token(101), 'm', 'ADOPTER');
select is(
  array(select n from generate_series(101, 124) as n where remaining(token(n)) is null), '{101,119,120}', 'if the login ends a session itself, no other has to make room'
);

select is(detail(format('select auth.log_in(token(11), token(2), %s)', a.arguments)), a.refused::jsonb, 'the error names the field: ' || a.what)
from (
  values
    ('null, ''ADOPTER''', '{"field": "username"}', 'no user name'),
    ('e'' \n'', ''ADOPTER''', '{"field": "username"}', 'a blank user name'),
    ('''u'', null', '{"field": "role"}', 'no role'),
    ('''u'', ''''', '{"field": "role"}', 'an empty role'),
    ('''u'', ''adopter''', '{"field": "role"}', 'a role in other letters'),
    ('''u'', ''casefile_owner''', '{"field": "role"}', 'no role of callers'),
    ('''u'', ''HMCTS_CASE_OFFICER'', ''Nowhere''', '{"field": "courtAssignment"}', 'an unknown court'),
    ('''u'', ''HMCTS_CASE_OFFICER'', ''BFC''', '{"field": "courtAssignment"}', 'a court is named by its name')
) as a (arguments, refused, what);
select throws_ok($$select auth.log_in(token(11), token(2), '', 'ADOPTER')$$, 'JCVAL', null, 'a login with wrong input is refused');
select is(remaining(token(2)), '30 minutes', 'a refused login ends no session');

select lives_ok($$select auth.log_in(token(12), null, repeat('é', 100), 'VAA_WORKER', null, repeat('é', 100))$$, 'names of 100 characters are accepted');
select throws_ok($$select auth.log_in(token(13), null, repeat('x', 101), 'VAA_WORKER')$$, 'JCVAL', null, 'a user name of more than 100 characters is refused');
select throws_ok(
  $$select auth.log_in(token(13), null, 'u', 'VAA_WORKER', null, repeat('x', 101))$$,
  'JCVAL', null, 'an organisation of more than 100 characters is refused'
);
select throws_ok($$select auth.log_in(token(2), null, 'u', 'VAA_WORKER')$$, '23505', null, 'a token that is in use is refused');
select throws_ok($$select auth.log_in('\x00', null, 'u', 'VAA_WORKER')$$, '23514', null, 'a token digest that is not a SHA-256 is refused');

-- A user of the directory need not state its membership.
select act_as_dba();
select auth.add_user('d', 'i', 's', 'D'), auth.add_membership('d', 'VAA_WORKER', null, 'va.one');
select auth.add_membership('d', 'HMCTS_CASE_OFFICER', 'LDFC', null);
select auth.add_membership('d', 'LA_SOCIAL_WORKER', null, 'la.one'), auth.add_membership('d', 'LA_SOCIAL_WORKER', null, 'la.two');
select act_as_server();
select is((auth.log_in(token(201), null, 'd', 'VAA_WORKER')).caller.organisation_id, 'va.one', 'a user of the directory gets the organisation of the membership');
select is((auth.log_in(token(202), null, 'd', 'VAA_WORKER', null, 'va.two')).caller.organisation_id, 'va.two', 'an organisation that the login states is used');
select is((auth.log_in(token(203), null, 'd', 'LA_SOCIAL_WORKER')).caller.organisation_id, null, 'if the user has several organisations, none is chosen');
select is((auth.log_in(token(204), null, 'd', 'ADOPTER')).caller.organisation_id, null, 'the organisation of another role is not used');
select is((auth.log_in(token(205), null, 'd', 'HMCTS_CASE_OFFICER')).caller.court_assignment, 'Leeds Family Court', 'an officer of the directory gets the court of the membership');
select is(
  (auth.log_in(token(206), null, 'd', 'HMCTS_CASE_OFFICER', 'Birmingham Family Court')).caller.court_assignment, 'Birmingham Family Court',
  'a court that the login states is used'
);
select act_as_dba();
select is(
  (select concat_ws(' ', i.kind, i.outcome, i.user_id, i.user_role, i.issuer) from auth.sign_ins as i order by i.id desc limit 1), 'mock OPENED d HMCTS_CASE_OFFICER',
  'each login is recorded'
);

-- All errors at once.
select is(
  errors_of($$select auth.log_in(token(13), null, ' ', 'X', 'Nowhere', e'a\u200Bb')$$),
  '{username REQUIRED,role UNKNOWN_WORD,courtAssignment UNKNOWN_WORD,organisationId INVALID_CHARACTER}', 'all errors in one login are reported together'
);

select * from finish();
rollback;
