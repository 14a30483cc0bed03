\ir ../../fixtures.psql
\ir ../../directory.psql

-- One membership: opened in it.
select is(
  sign_in(1, claims('una')),
  row(
    row('una', 'Una Officer', 'HMCTS_CASE_OFFICER', 'Birmingham Family Court', null)::api.caller, '/dashboard', null, null,
    array[row(membership('una'), 'HMCTS_CASE_OFFICER', 'Birmingham Family Court', null)::api.membership]
  )::auth.sign_in,
  'a user with one membership gets a session in it'
);
select is(
  last_sign_in(), 'OPENED cookie una HMCTS_CASE_OFFICER https://idp.example una-subject 192.0.2.3 3', 'the sign-in is recorded with the claims it came from'
);
select is((session(1)).expires_at - now(), '30 minutes', 'the session lasts 30 minutes after its last use');
select is((session(1)).ends_at - now(), '12 hours', 'the session lasts twelve hours at most');
select is((session(1)).membership_id, membership('una'), 'the session belongs to the membership');
select is((sign_in(2, claims('una', '{"sid": "s2"}'), p_expires_at => now() + interval '10 minutes')).refusal_code, null, 'a sign-in may state an earlier end');
select is((session(2)).expires_at - now(), '10 minutes', 'the session ends at the stated end');
select is((session(2)).provider_session, 's2', 'the session knows that of the provider');
select is((sign_in(3, claims('una'), p_previous => 2, p_return_url => '/cases')).redirect_url, '/cases', 'the browser returns to the stated URL');
select ok(not is_open(2), 'the browser''s previous session has ended');

-- Refusals return answers and are recorded.
select is((sign_in(4, c.claims)).refusal_code, c.code, c.what)
from (
  values
    ('{"iss": "https://idp.example", "sub": "nobody"}'::jsonb, 'JCUNK', 'an unknown subject is refused'),
    ('{"iss": "https://other.example", "sub": "una-subject"}', 'JCUNK', 'the subject of another issuer is refused'),
    ('{"iss": "https://idp.example"}', 'JCUNK', 'claims without a subject are refused'),
    ('{}', 'JCUNK', 'empty claims are refused'),
    (claims('nora'), 'JCNOM', 'a user without a membership is refused'),
    (claims('nora', '{"kind": "agency"}'), 'JCNOM', 'a rule whose organisation is not in the claims gives no membership'),
    (claims('nora', '{"roles": ["officer"], "court": "Nowhere"}'), 'JCNOM', 'a rule whose court does not exist gives no membership'),
    (claims('nora', '{"realm_access": {"roles": ["judge"]}}'), 'JCNOM', 'a claim with another value gives no membership'),
    (claims('nora', '{"realm_access": {"roles": {"judges": true}}}'), 'JCNOM', 'a claim of another shape gives no membership')
) as c (claims, code, what);
select is((sign_in(4, claims('una'), p_membership_id => membership('sara officer'))).refusal_code, 'JCNOM', 'the membership of another user is refused');
select is(last_sign_in(), 'JCNOM cookie una https://idp.example una-subject 192.0.2.3 3', 'the refusal is recorded');
select is((sign_in(4, claims('una'), p_previous => 3, p_membership_id => '00000000-0000-4000-8000-000000000009')).refusal_code, 'JCNOM', 'a membership that does not exist is refused');
select ok(is_open(3) and not is_open(4), 'a refusal opens no session and ends none');
select isnt((sign_in(4, claims('nobody'))).refusal_message, null, 'a refusal has a sentence');

-- The same refusal again.
select count_sign_ins() as before \gset
select is((sign_in(4, claims('nobody'))).refusal_code, 'JCUNK', 'the same sign-in is refused again') from generate_series(1, 5);
select is(count_sign_ins(), :before::bigint, 'the same refusal within a minute is recorded once');
select is((sign_in(4, '{}')).refusal_code, 'JCUNK', 'a sign-in without claims is refused again') from generate_series(1, 5);
select is(count_sign_ins(), :before::bigint, 'the same refusal without claims is recorded once');
select is((sign_in(4, c.claims, c.kind)).refusal_code, c.code, 'a sign-in with another issuer, kind or subject is refused')
from (values (claims('nobody', '{"iss": "x"}'), 'cookie', 'JCUNK'), (claims('nobody'), 'bearer', 'JCUNK'), (claims('other'), 'cookie', 'JCUNK')) as c (claims, kind, code);
select is(count_sign_ins(), :before + 3::bigint, 'a refusal with another issuer, kind or subject is recorded');
select is((auth.log_in_with_claims(token(4), null, claims('nobody'), 'cookie', null, null, false, null, null, a)).refusal_code, 'JCUNK', 'a sign-in from another address is refused')
from unnest('{192.0.2.4,NULL,NULL}'::text[]) as a;
select is(count_sign_ins(), :before + 5::bigint, 'a refusal from another address is recorded');
select act_as_dba();
select pass_a_minute();
select act_as_server();
select is((sign_in(4, claims('nobody'))).refusal_code, 'JCUNK', 'the same sign-in is refused a minute later') from generate_series(1, 5);
select is(count_sign_ins(), :before + 6::bigint, 'the same refusal is recorded again after a minute');
select is((sign_in(4, claims('una'), p_previous => 4)).refusal_code, null, 'a user may sign in several times within a minute') from generate_series(1, 3);
select is(count_sign_ins(), :before + 9::bigint, 'every opened session is recorded');
select auth.log_out(token(4));

-- Several memberships.
select is(
  (select row((s.caller).user_role, s.refusal_code, cardinality(s.memberships))::text from sign_in(5, claims('sara')) as s), '(,,3)',
  'a browser that has not chosen has a session without a role'
);
select throws_ok($$select auth.resume(token(5), null, null)$$, 'JCMNY', null, 'a session without a role can do nothing');
select is(
  (select row(s.caller, s.refusal_code, cardinality(s.memberships))::text from sign_in(6, claims('sara'), 'bearer') as s), '(,JCMNY,3)',
  'a program with several memberships has to choose one'
);
select ok(not is_open(6), 'a program that has not chosen has no session');
select is(last_sign_in(), 'JCMNY bearer sara https://idp.example sara-subject 192.0.2.3 3', 'the refusal of a program that has not chosen is recorded');
select is(
  (sign_in(7, claims('sara'), 'bearer', membership('sara council'))).caller,
  row('sara', 'Sara Several', 'LA_SOCIAL_WORKER', null, 'la.one')::api.caller, 'a program chooses a membership'
);
select is((session(7)).expires_at, (session(7)).ends_at, 'the expiry of a token''s session is its end');
select is((session(7)).ends_at, now() + interval '5 minutes', 'the session of a token ends with the token');
select auth.resume(token(7), null, null);
select is((session(7)).expires_at, (session(7)).ends_at, 'use does not move the end of a token''s session');
select act_as_server();

-- A token's first two requests may be simultaneous.
select count_sign_ins() as before \gset
select is((sign_in(7, claims('sara'), 'bearer', membership('sara council'))).refusal_code, null, 'a token that already has a session is accepted');
select is(count_sign_ins(), :before::bigint, 'a token that already has a session is not recorded again');
select throws_ok($$select sign_in(7, claims('una'), 'bearer')$$, '23505', null, 'the digest of another user''s token is refused');
select throws_ok($$select sign_in(1, claims('una'))$$, '23505', null, 'the digest of another user''s cookie is refused');

-- Rules.
select is(
  (sign_in(8, claims('nora', '{"realm_access": {"roles": ["x", "judges"]}}'))).caller, row('nora', 'Nora None', 'JUDGE_LEGAL_ADVISER', null, null)::api.caller,
  'a rule matches a value in an array'
);
select is(
  (sign_in(9, claims('nora', '{"kind": "agency", "org": " va.one "}'))).caller, row('nora', 'Nora None', 'VAA_WORKER', null, 'va.one')::api.caller,
  'a rule matches a text, and the organisation comes from a claim'
);
select is(
  (sign_in(10, claims('nora', '{"roles": "officer", "court": "LDFC"}'))).caller,
  row('nora', 'Nora None', 'HMCTS_CASE_OFFICER', 'Leeds Family Court', null)::api.caller, 'the court of a rule may come from a claim'
);
select is(
  cardinality((sign_in(11, claims('una', '{"roles": "officer", "court": "Birmingham Family Court"}'))).memberships), 1,
  'a membership that is both listed and claimed counts once'
);

-- Adding users.
select is((sign_in(12, claims('new', '{"kind": "agency", "org": "va.one"}'))).refusal_code, 'JCUNK', 'a user is not added unless the server allows it');
select is((sign_in(12, claims('new'), p_adds_users => true)).refusal_code, 'JCUNK', 'a user is not added without a matching rule');
select is(
  (sign_in(12, claims('new', '{"kind": "agency", "org": "va.one", "name": "New Person"}'), p_adds_users => true)).caller,
  row('new-subject', 'New Person', 'VAA_WORKER', null, 'va.one')::api.caller, 'a matching rule adds a user if the server allows it'
);
select is(last_change(), 'casefile_api user new-subject t', 'the added user is recorded, with the server as the actor');
select is(
  (sign_in(13, '{"iss": "https://idp.example", "sub": "una", "kind": "agency", "org": "va.one"}', p_adds_users => true)).refusal_code, 'JCUNK',
  'a user is not added under the id of another user'
);

select is(outcome($$select sign_in(14, claims('una'), 'mock')$$), '23514', 'claims open no session of the mock');
select is(outcome($$select sign_in(14, claims('una'), 'other')$$), '23514', 'claims open no session of an unknown kind');
select act_as_registrar();
select is(outcome($$select sign_in(14, claims('una'))$$), '42501', 'a registrar cannot sign anybody in');

select * from finish();
rollback;
