\ir ../../fixtures.psql
\ir ../../directory.psql

select sign_in(1, claims('sara', '{"sid": "s1", "realm_access": {"roles": "judges"}}'));
select is(cardinality((auth.get_session(token(1))).memberships), 4, 'the user has four memberships to choose from');
select is(
  auth.change_membership(token(1), token(2), 'HMCTS_CASE_OFFICER', null, null),
  row(row('sara', 'Sara Several', 'HMCTS_CASE_OFFICER', 'Leeds Family Court', null)::api.caller, '/dashboard', now() + interval '30 minutes', now() + interval '12 hours')::auth.log_in, 'a role is enough if the user has one membership in it'
);
select ok(not is_open(1), 'the previous session ends');
select is(
  row((session(2)).provider_session, (session(2)).issuer, (session(2)).subject, (session(2)).kind)::text, '(s1,https://idp.example,sara-subject,cookie)',
  'the new session belongs to the same session of the provider'
);
select is(last_sign_in(), 'OPENED cookie sara HMCTS_CASE_OFFICER https://idp.example sara-subject', 'the new session is recorded');
select is(
  (auth.change_membership(token(2), token(3), 'LA_SOCIAL_WORKER', null, null)).caller, row('sara', 'Sara Several', 'LA_SOCIAL_WORKER', null, null)::api.caller,
  'a membership without an organisation can be chosen'
);
select is((auth.change_membership(token(3), token(4), 'LA_SOCIAL_WORKER', '', 'la.one')).caller.organisation_id, 'la.one', 'a membership is found by its organisation');
select is((auth.change_membership(token(4), token(5), 'JUDGE_LEGAL_ADVISER', null, null)).caller.user_role, 'JUDGE_LEGAL_ADVISER', 'a membership from a claim rule can be chosen');
select is((auth.change_membership(token(5), token(6), 'HMCTS_CASE_OFFICER', 'LDFC', null)).caller.court_assignment, 'Leeds Family Court', 'a court may be named by its code');

-- A change does not extend it.
select act_as_dba();
update auth.sessions set opened_at = now() - interval '11 hours 50 minutes', ends_at = now() + interval '10 minutes', expires_at = now() + interval '10 minutes'
where token_sha256 = token(6);
select act_as_server();
select auth.change_membership(token(6), token(7), 'HMCTS_CASE_OFFICER', null, null);
select is((session(7)).ends_at - now(), '10 minutes', 'the new session has the same end');

-- One of two courts must be named.
select act_as_dba();
select is(outcome(format(
  $$
    select auth.add_membership('sara', 'HMCTS_CASE_OFFICER', 'Birmingham Family Court', null);
    select act_as_server();
    select auth.change_membership(token(7), token(8), 'HMCTS_CASE_OFFICER', %L, null)
  $$, v.court
)), v.code, 'an officer of two courts says ' || coalesce(v.court, 'neither'))
from (values (null, 'JCMNY'), ('Birmingham Family Court', 'ok')) as v (court, code);
select act_as_server();
select is(outcome(format('select auth.change_membership(token(%s), token(8), %s)', a.session, a.wanted)), a.code, a.what)
from (
  values
    (99, '''HMCTS_CASE_OFFICER'', null, null', 'JCSES', 'without a session, the change is refused'),
    (7, '''ADOPTER'', null, null', 'JCNOM', 'a membership that the user does not have is refused'),
    (7, '''HMCTS_CASE_OFFICER'', ''Birmingham Family Court'', null', 'JCNOM', 'another court than that of the membership is refused'),
    (7, '''HMCTS_CASE_OFFICER'', ''Nowhere'', null', 'JCNOM', 'an unknown court is refused'),
    (7, '''nothing'', null, null', 'JCVAL', 'an unknown role is refused'),
    (7, '''ADOPTER'', repeat(''x'', 101), null', 'JCVAL', 'a court of more than 100 characters is refused'),
    (7, '''ADOPTER'', null, repeat(''x'', 101)', 'JCVAL', 'an organisation of more than 100 characters is refused')
) as a (session, wanted, code, what);
select ok(is_open(7), 'a refusal ends no session');
select act_as_dba();
select auth.end_membership(membership('sara worker'));
select auth.add_membership('sara', 'LA_SOCIAL_WORKER', null, 'la.two');
select act_as_server();
select is(outcome($$select auth.change_membership(token(7), token(8), 'LA_SOCIAL_WORKER', null, null)$$), 'JCMNY', 'if several memberships fit, none is chosen');

select * from finish();
rollback;
