\ir ../../fixtures.psql
\ir ../../sessions.psql

select is(
  auth.log_in(token(3), null, e' judge.one\n', 'JUDGE_LEGAL_ADVISER', ' ', e'\t'),
  row(row('judge.one', 'judge.one', 'JUDGE_LEGAL_ADVISER', null, null), '/dashboard', now() + interval '30 minutes', now() + interval '12 hours')::auth.log_in,
  'a judge; what is blank is not there'
);
select is(
  auth.log_in(token(4), null, 'o', 'HMCTS_CASE_OFFICER', ' Leeds Family Court ', ' la.one '),
  row(row('o', 'o', 'HMCTS_CASE_OFFICER', 'Leeds Family Court', 'la.one'), '/dashboard', now() + interval '30 minutes', now() + interval '12 hours')::auth.log_in,
  'an officer with court and organisation'
);
select is(court_of(token(4)), 'LDFC', 'the court is kept by its code');
select is(remaining(token(4)), '30 minutes', 'for 30 minutes');
select is((auth.log_in(token(5), null, 'a', 'ADOPTER')).redirect_url, '/my-cases', 'adopters go to their cases');
select is(
  (auth.log_in(token(6), null, 'a', 'ADOPTER', p_return_url => '/cases/1')).redirect_url,
  '/cases/1', 'unless they came from somewhere'
);
select is((auth.log_in(token(7), null, 'a', 'ADOPTER', p_return_url => '//x')).redirect_url, '/my-cases', 'that is safe');
select is((auth.log_in(token(8), null, 'o', 'VAA_WORKER', p_return_url => 'https://x')).redirect_url, '/dashboard', 'that is safe');

select lives_ok($$select auth.log_in(token(9), token(1), 'officer.one', 'HMCTS_CASE_OFFICER')$$, 'a login replaces a session');
select is(remaining(token(1)), null, 'which is gone');
select is(remaining(token(2)), '30 minutes', 'others stay');
select lives_ok(
  $$select auth.log_in(token(10), token(99), 'officer.one', 'HMCTS_CASE_OFFICER')$$,
  'a session that is gone already is no obstacle'
);

-- Twenty of one user in one role.
select auth.log_in(token(100 + n), null, 'm', 'ADOPTER') from generate_series(1, 20) as n;
select set_remaining(token(100 + n), (30 - n) * interval '1 minute') from generate_series(1, 20) as n;
select auth.log_in(token(121), null, 'm', 'ADOPTER'), auth.log_in(token(122), null, ' m ', 'ADOPTER'), auth.log_in(token(123), null, 'm', 'VAA_WORKER');
select is(
  array(select n from generate_series(101, 123) as n where remaining(token(n)) is null), '{119,120}', 'those that would expire first make room'
);
select auth.log_in(token(124), token(101), 'm', 'ADOPTER');
select is(
  array(select n from generate_series(101, 124) as n where remaining(token(n)) is null), '{101,119,120}', 'unless the login ends one itself'
);

select is(detail(format('select auth.log_in(token(11), token(2), %s)', a.arguments)), a.refused::jsonb, a.what)
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
select throws_ok($$select auth.log_in(token(11), token(2), '', 'ADOPTER')$$, 'JCVAL', null, 'refused input');
select is(remaining(token(2)), '30 minutes', 'a login that is refused ends nothing');

select lives_ok($$select auth.log_in(token(12), null, repeat('é', 100), 'VAA_WORKER', null, repeat('é', 100))$$, 'long names');
select throws_ok($$select auth.log_in(token(13), null, repeat('x', 101), 'VAA_WORKER')$$, 'JCVAL', null, 'too long a user name');
select throws_ok(
  $$select auth.log_in(token(13), null, 'u', 'VAA_WORKER', null, repeat('x', 101))$$,
  'JCVAL', null, 'too long an organisation'
);
select throws_ok($$select auth.log_in(token(2), null, 'u', 'VAA_WORKER')$$, '23505', null, 'a token that is in use');
select throws_ok($$select auth.log_in('\x00', null, 'u', 'VAA_WORKER')$$, '23514', null, 'not a SHA-256');

-- A user of the directory need not state its membership.
select act_as_dba();
select auth.add_user('d', 'i', 's', 'D'), auth.add_membership('d', 'VAA_WORKER', null, 'va.one');
select auth.add_membership('d', 'HMCTS_CASE_OFFICER', 'LDFC', null);
select auth.add_membership('d', 'LA_SOCIAL_WORKER', null, 'la.one'), auth.add_membership('d', 'LA_SOCIAL_WORKER', null, 'la.two');
select act_as_server();
select is((auth.log_in(token(201), null, 'd', 'VAA_WORKER')).caller.organisation_id, 'va.one', 'its own organisation');
select is((auth.log_in(token(202), null, 'd', 'VAA_WORKER', null, 'va.two')).caller.organisation_id, 'va.two', 'unless it states one');
select is((auth.log_in(token(203), null, 'd', 'LA_SOCIAL_WORKER')).caller.organisation_id, null, 'none of several');
select is((auth.log_in(token(204), null, 'd', 'ADOPTER')).caller.organisation_id, null, 'none of another role');
select is((auth.log_in(token(205), null, 'd', 'HMCTS_CASE_OFFICER')).caller.court_assignment, 'Leeds Family Court', 'its own court');
select is(
  (auth.log_in(token(206), null, 'd', 'HMCTS_CASE_OFFICER', 'Birmingham Family Court')).caller.court_assignment, 'Birmingham Family Court',
  'unless it states one'
);
select act_as_dba();
select is(
  (select concat_ws(' ', i.kind, i.outcome, i.user_id, i.user_role, i.issuer) from auth.sign_ins as i order by i.id desc limit 1), 'mock OPENED d HMCTS_CASE_OFFICER',
  'each is recorded'
);

-- All errors at once.
select is(
  errors_of($$select auth.log_in(token(13), null, ' ', 'X', 'Nowhere', e'a\u200Bb')$$),
  '{username REQUIRED,role UNKNOWN_WORD,courtAssignment UNKNOWN_WORD,organisationId INVALID_CHARACTER}', 'of a sign-in'
);

select * from finish();
rollback;
