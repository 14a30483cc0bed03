\ir ../../fixtures.psql
\ir ../../directory.psql

-- One membership: opened in it.
select is(
  sign_in(1, claims('una')),
  row(
    row('una', 'Una Officer', 'HMCTS_CASE_OFFICER', 'Birmingham Family Court', null)::api.caller, '/dashboard', null, null,
    array[row(membership('una'), 'HMCTS_CASE_OFFICER', 'Birmingham Family Court', null)::api.membership]
  )::auth.sign_in,
  'the only membership'
);
select is(
  last_sign_in(), 'OPENED cookie una HMCTS_CASE_OFFICER https://idp.example una-subject 192.0.2.3 3', 'is recorded with the claims it came from'
);
select is((session(1)).expires_at - now(), '30 minutes', 'it slides');
select is((session(1)).ends_at - now(), '12 hours', 'up to twelve hours');
select is((session(1)).membership_id, membership('una'), 'and hangs on the membership');
select is((sign_in(2, claims('una', '{"sid": "s2"}'), p_expires_at => now() + interval '10 minutes')).refusal_code, null, 'a shorter life');
select is((session(2)).expires_at - now(), '10 minutes', 'if stated');
select is((session(2)).provider_session, 's2', 'with the session of the provider');
select is((sign_in(3, claims('una'), p_previous => 2, p_return_url => '/cases')).redirect_url, '/cases', 'back to where it came from');
select ok(not is_open(2), 'the session before has ended');

-- Refusals return answers and are recorded.
select is((sign_in(4, c.claims)).refusal_code, c.code, c.what)
from (
  values
    ('{"iss": "https://idp.example", "sub": "nobody"}'::jsonb, 'JCUNK', 'an unknown subject'),
    ('{"iss": "https://other.example", "sub": "una-subject"}', 'JCUNK', 'the subject of another issuer'),
    ('{"iss": "https://idp.example"}', 'JCUNK', 'no subject'),
    ('{}', 'JCUNK', 'no claims'),
    (claims('nora'), 'JCNOM', 'no membership'),
    (claims('nora', '{"kind": "agency"}'), 'JCNOM', 'a rule whose organisation is not claimed'),
    (claims('nora', '{"roles": ["officer"], "court": "Nowhere"}'), 'JCNOM', 'a rule whose court there is not'),
    (claims('nora', '{"realm_access": {"roles": ["judge"]}}'), 'JCNOM', 'another value'),
    (claims('nora', '{"realm_access": {"roles": {"judges": true}}}'), 'JCNOM', 'another shape')
) as c (claims, code, what);
select is((sign_in(4, claims('una'), p_membership_id => membership('sara officer'))).refusal_code, 'JCNOM', 'the membership of somebody else');
select is(last_sign_in(), 'JCNOM cookie una https://idp.example una-subject 192.0.2.3 3', 'the refusal is recorded');
select is((sign_in(4, claims('una'), p_previous => 3, p_membership_id => '00000000-0000-4000-8000-000000000009')).refusal_code, 'JCNOM', 'a membership that is none');
select ok(is_open(3) and not is_open(4), 'a refusal opens nothing, and ends nothing');
select isnt((sign_in(4, claims('nobody'))).refusal_message, null, 'with a sentence');

-- The same refusal again.
select count_sign_ins() as before \gset
select is((sign_in(4, claims('nobody'))).refusal_code, 'JCUNK', 'refused again') from generate_series(1, 5);
select is(count_sign_ins(), :before::bigint, 'which is recorded already');
select is((sign_in(4, '{}')).refusal_code, 'JCUNK', 'without claims, too') from generate_series(1, 5);
select is(count_sign_ins(), :before::bigint, 'that is recorded already');
select is((sign_in(4, c.claims, c.kind)).refusal_code, c.code, 'another refusal')
from (values (claims('nobody', '{"iss": "x"}'), 'cookie', 'JCUNK'), (claims('nobody'), 'bearer', 'JCUNK'), (claims('other'), 'cookie', 'JCUNK')) as c (claims, kind, code);
select is(count_sign_ins(), :before + 3::bigint, 'is recorded');
select is((auth.log_in_with_claims(token(4), null, claims('nobody'), 'cookie', null, null, false, null, null, a)).refusal_code, 'JCUNK', 'from elsewhere')
from unnest('{192.0.2.4,NULL,NULL}'::text[]) as a;
select is(count_sign_ins(), :before + 5::bigint, 'as well');
select act_as_dba();
select pass_a_minute();
select act_as_server();
select is((sign_in(4, claims('nobody'))).refusal_code, 'JCUNK', 'a minute later') from generate_series(1, 5);
select is(count_sign_ins(), :before + 6::bigint, 'once more');
select is((sign_in(4, claims('una'), p_previous => 4)).refusal_code, null, 'openings') from generate_series(1, 3);
select is(count_sign_ins(), :before + 9::bigint, 'are recorded each');
select auth.log_out(token(4));

-- Several memberships.
select is(
  (select row((s.caller).user_role, s.refusal_code, cardinality(s.memberships))::text from sign_in(5, claims('sara')) as s), '(,,3)',
  'a browser that has not chosen has a session without a role'
);
select throws_ok($$select auth.resume(token(5), null, null)$$, 'JCMNY', null, 'which can do nothing');
select is(
  (select row(s.caller, s.refusal_code, cardinality(s.memberships))::text from sign_in(6, claims('sara'), 'bearer') as s), '(,JCMNY,3)',
  'a program has to choose'
);
select ok(not is_open(6), 'and has no session until then');
select is(last_sign_in(), 'JCMNY bearer sara https://idp.example sara-subject 192.0.2.3 3', 'which is recorded');
select is(
  (sign_in(7, claims('sara'), 'bearer', membership('sara council'))).caller,
  row('sara', 'Sara Several', 'LA_SOCIAL_WORKER', null, 'la.one')::api.caller, 'and does'
);
select is((session(7)).expires_at, (session(7)).ends_at, 'a bearer does not slide');
select is((session(7)).ends_at, now() + interval '5 minutes', 'it ends with its token');
select auth.resume(token(7), null, null);
select is((session(7)).expires_at, (session(7)).ends_at, 'however it is used');
select act_as_server();

-- A token's first two requests may be simultaneous.
select count_sign_ins() as before \gset
select is((sign_in(7, claims('sara'), 'bearer', membership('sara council'))).refusal_code, null, 'a token that is there already');
select is(count_sign_ins(), :before::bigint, 'is opened once');
select throws_ok($$select sign_in(7, claims('una'), 'bearer')$$, '23505', null, 'but not for somebody else');
select throws_ok($$select sign_in(1, claims('una'))$$, '23505', null, 'nor is a cookie');

-- Rules.
select is(
  (sign_in(8, claims('nora', '{"realm_access": {"roles": ["x", "judges"]}}'))).caller, row('nora', 'Nora None', 'JUDGE_LEGAL_ADVISER', null, null)::api.caller,
  'a value in an array'
);
select is(
  (sign_in(9, claims('nora', '{"kind": "agency", "org": " va.one "}'))).caller, row('nora', 'Nora None', 'VAA_WORKER', null, 'va.one')::api.caller,
  'a string, with the organisation of a claim'
);
select is(
  (sign_in(10, claims('nora', '{"roles": "officer", "court": "LDFC"}'))).caller,
  row('nora', 'Nora None', 'HMCTS_CASE_OFFICER', 'Leeds Family Court', null)::api.caller, 'the court of a claim'
);
select is(
  cardinality((sign_in(11, claims('una', '{"roles": "officer", "court": "Birmingham Family Court"}'))).memberships), 1,
  'listed and claimed, it is one'
);

-- Adding users.
select is((sign_in(12, claims('new', '{"kind": "agency", "org": "va.one"}'))).refusal_code, 'JCUNK', 'nobody is added unasked');
select is((sign_in(12, claims('new'), p_adds_users => true)).refusal_code, 'JCUNK', 'nor without a rule');
select is(
  (sign_in(12, claims('new', '{"kind": "agency", "org": "va.one", "name": "New Person"}'), p_adds_users => true)).caller,
  row('new-subject', 'New Person', 'VAA_WORKER', null, 'va.one')::api.caller, 'a rule may make a user'
);
select is(last_change(), 'casefile_api user new-subject t', 'which is recorded as the server''s doing');
select is(
  (sign_in(13, '{"iss": "https://idp.example", "sub": "una", "kind": "agency", "org": "va.one"}', p_adds_users => true)).refusal_code, 'JCUNK',
  'never with the id of somebody who is there'
);

select is(outcome($$select sign_in(14, claims('una'), 'mock')$$), '23514', 'claims open no mock session');
select is(outcome($$select sign_in(14, claims('una'), 'other')$$), '23514', 'nor one without a kind');
select act_as_registrar();
select is(outcome($$select sign_in(14, claims('una'))$$), '42501', 'a registrar signs in nobody');

select * from finish();
rollback;
