\ir ../../fixtures.psql
\ir ../../sessions.psql
select act_as_dba();

select is((auth.find_session(token(1))).user_id, 'officer.one', 'the session of a token is found');
select is((auth.find_session(token(2))).organisation_id, 'la.one', 'another token has another session');
select is((auth.find_session(token(9))).token_sha256, null, 'an unknown token has no session');
select is((auth.find_session(null)).token_sha256, null, 'no session is found without a token');
select set_remaining(token(1), '1 microsecond');
select is((auth.find_session(token(1))).user_id, 'officer.one', 'a session is found until it expires');
select set_remaining(token(1), '0');
select is((auth.find_session(token(1))).token_sha256, null, 'an expired session is not found');

-- By its key, even with a plan made while the table was empty, which may be kept.
select act_as_dba();
truncate auth.sessions;
analyze auth.sessions;
select is(scans('auth.sessions_pkey', 'select auth.find_session(token(2)) from generate_series(1, 10)'), 10::bigint, 'the session is looked up in its index');

select * from finish();
rollback;
