\ir ../../fixtures.psql
\ir ../../sessions.psql

select is(
  auth.get_session(token(1)),
  row(
    row('officer.one', 'officer.one', 'HMCTS_CASE_OFFICER', 'Birmingham Family Court', null)::api.caller, now() + interval '30 minutes', '{}', now() + interval '12 hours'
  )::api.session,
  'it returns the user of the session'
);
select is(auth.get_session(token(9)), null, 'an unknown token has no session');
select is(auth.get_session(null), null, 'there is no session without a token');

select set_remaining(token(1), '29 minutes');
select auth.get_session(token(1));
select is(remaining(token(1)), '29 minutes', 'a session used within a minute keeps its expiry');
select set_remaining(token(1), '28 minutes 59 seconds');
select auth.get_session(token(1));
select is(remaining(token(1)), '30 minutes', 'a session used later lasts 30 minutes again');
select is(remaining(token(2)), '30 minutes', 'other sessions keep their expiry');

select set_remaining(token(1), '0');
select is(auth.get_session(token(1)), null, 'an expired session is not returned');
select is(remaining(token(1)), '0', 'an expired session stays expired');
select is(current_user, 'casefile_api', 'the call sets no role');

select * from finish();
rollback;
