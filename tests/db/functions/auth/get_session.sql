\ir ../../fixtures.psql
\ir ../../sessions.psql

select is(
  auth.get_session(token(1)),
  row(
    row('officer.one', 'officer.one', 'HMCTS_CASE_OFFICER', 'Birmingham Family Court', null)::api.caller, now() + interval '30 minutes', '{}', now() + interval '12 hours'
  )::api.session,
  'its user'
);
select is(auth.get_session(token(9)), null, 'nobody''s');
select is(auth.get_session(null), null, 'nobody''s without a token');

select set_remaining(token(1), '29 minutes');
select auth.get_session(token(1));
select is(remaining(token(1)), '29 minutes', 'used within a minute, it is not touched');
select set_remaining(token(1), '28 minutes 59 seconds');
select auth.get_session(token(1));
select is(remaining(token(1)), '30 minutes', 'used later, it lasts 30 minutes again');
select is(remaining(token(2)), '30 minutes', 'and no other is touched');

select set_remaining(token(1), '0');
select is(auth.get_session(token(1)), null, 'an expired one is none');
select is(remaining(token(1)), '0', 'and stays expired');
select is(current_user, 'casefile_api', 'no role is set');

select * from finish();
rollback;
