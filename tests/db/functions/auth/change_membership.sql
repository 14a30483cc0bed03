\ir ../../fixtures.psql
\ir ../../directory.psql

select sign_in(1, claims('sara', '{"sid": "s1", "realm_access": {"roles": "judges"}}'));
select is(cardinality((auth.get_session(token(1))).memberships), 4, 'four to choose from');
select is(
  auth.change_membership(token(1), token(2), 'HMCTS_CASE_OFFICER', null, null),
  row(row('sara', 'Sara Several', 'HMCTS_CASE_OFFICER', 'Leeds Family Court', null)::api.caller, '/dashboard', now() + interval '30 minutes', now() + interval '12 hours')::auth.log_in, 'the only one in this role'
);
select ok(not is_open(1), 'the session before has ended');
select is(
  row((session(2)).provider_session, (session(2)).issuer, (session(2)).subject, (session(2)).kind)::text, '(s1,https://idp.example,sara-subject,cookie)',
  'it is the provider''s as before'
);
select is(last_sign_in(), 'OPENED cookie sara HMCTS_CASE_OFFICER https://idp.example sara-subject', 'and recorded');
select is(
  (auth.change_membership(token(2), token(3), 'LA_SOCIAL_WORKER', null, null)).caller, row('sara', 'Sara Several', 'LA_SOCIAL_WORKER', null, null)::api.caller,
  'exactly as stated'
);
select is((auth.change_membership(token(3), token(4), 'LA_SOCIAL_WORKER', '', 'la.one')).caller.organisation_id, 'la.one', 'by its organisation');
select is((auth.change_membership(token(4), token(5), 'JUDGE_LEGAL_ADVISER', null, null)).caller.user_role, 'JUDGE_LEGAL_ADVISER', 'one that was claimed');
select is((auth.change_membership(token(5), token(6), 'HMCTS_CASE_OFFICER', 'LDFC', null)).caller.court_assignment, 'Leeds Family Court', 'a court by its code');

-- A change does not extend it.
select act_as_dba();
update auth.sessions set opened_at = now() - interval '11 hours 50 minutes', ends_at = now() + interval '10 minutes', expires_at = now() + interval '10 minutes'
where token_sha256 = token(6);
select act_as_server();
select auth.change_membership(token(6), token(7), 'HMCTS_CASE_OFFICER', null, null);
select is((session(7)).ends_at - now(), '10 minutes', 'the same end');

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
    (99, '''HMCTS_CASE_OFFICER'', null, null', 'JCSES', 'no session'),
    (7, '''ADOPTER'', null, null', 'JCNOM', 'not a membership of this user'),
    (7, '''HMCTS_CASE_OFFICER'', ''Birmingham Family Court'', null', 'JCNOM', 'another court'),
    (7, '''HMCTS_CASE_OFFICER'', ''Nowhere'', null', 'JCNOM', 'no court'),
    (7, '''nothing'', null, null', 'JCVAL', 'no role'),
    (7, '''ADOPTER'', repeat(''x'', 101), null', 'JCVAL', 'a court longer than any'),
    (7, '''ADOPTER'', null, repeat(''x'', 101)', 'JCVAL', 'too long an organisation')
) as a (session, wanted, code, what);
select ok(is_open(7), 'a refusal ends nothing');
select act_as_dba();
select auth.end_membership(membership('sara worker'));
select auth.add_membership('sara', 'LA_SOCIAL_WORKER', null, 'la.two');
select act_as_server();
select is(outcome($$select auth.change_membership(token(7), token(8), 'LA_SOCIAL_WORKER', null, null)$$), 'JCMNY', 'several that fit');

select * from finish();
rollback;
