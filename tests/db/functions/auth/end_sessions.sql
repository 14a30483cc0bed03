\ir ../../fixtures.psql
\ir ../../directory.psql

select sign_in(1, claims('una')), sign_in(2, claims('una'), 'bearer'), sign_in(3, claims('sara'));
select act_as_registrar();
select is(auth.end_sessions('una'), 2, 'it returns how many sessions it ended');
select is(array(select is_open(n) from generate_series(1, 3) as n), '{f,f,t}', 'only the sessions of the user are ended');
select is(auth.end_sessions('una'), 0, 'a second call finds no sessions to end');
select is(outcome($$select auth.end_sessions('nobody')$$), 'JCNIL', 'an unknown user is refused');
select act_as_dba();
select is(
  row(c.actor, c.entity, c.entity_id, c.before ->> 'tokens_valid_from' is null, (c.after ->> 'tokens_valid_from')::timestamptz > now())::text,
  '(rita_registrar,user,una,t,t)', 'the registrar and the time are recorded'
) from auth.directory_changes as c where c.after ->> 'tokens_valid_from' is not null order by c.id limit 1;

-- Earlier tokens open nothing.
select act_as_server();
select is((sign_in(9, c.claims, c.kind)).refusal_code, 'JCEND', format('an earlier token opens no session: %s, %s', c.kind, c.claims))
from (
  select k as kind, claims('una', i) as claims
  from unnest('{cookie,bearer}'::text[]) as k, unnest(array['{}', jsonb_build_object('iat', extract(epoch from now())::bigint - 1), '{"iat": "x"}']) as i
) as c;
select is(last_sign_in(), 'JCEND bearer una HMCTS_CASE_OFFICER https://idp.example una-subject 192.0.2.3 3', 'the refused sign-in is recorded');
select is((sign_in(9, claims('una', jsonb_build_object('iat', extract(epoch from clock_timestamp())::bigint + 1)), k)).refusal_code, null, k || ': a later token opens a session')
from unnest('{cookie}'::text[]) as k;
select is((sign_in(10, claims('una', jsonb_build_object('iat', extract(epoch from clock_timestamp())::bigint + 1)), 'bearer')).refusal_code, null, 'a later token of a program opens a session');
select is((sign_in(11, claims('sara'))).refusal_code, null, 'other users need no new token');

-- A user who is not in the directory.
select auth.log_in(token(12), null, 'mia', 'ADOPTER');
select act_as_registrar();
select is(auth.end_sessions('mia'), 1, 'sessions of the mock can be ended');
select is(outcome(c.name, 'select auth.end_sessions(''una'')'), '42501', 'this function may not be called by ' || c.name) from callers as c;

select * from finish();
rollback;
