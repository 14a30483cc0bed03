\ir ../../fixtures.psql
\ir ../../sessions.psql

select is((auth.find_session(token(1))).user_id, 'officer.one', 'the session of a token');
select is((auth.find_session(token(2))).organisation_id, 'la.one', 'not another');
select is((auth.find_session(token(9))).token_sha256, null, 'none of an unknown one');
select is((auth.find_session(null)).token_sha256, null, 'none of no token');
select set_remaining(token(1), '1 microsecond');
select is((auth.find_session(token(1))).user_id, 'officer.one', 'until it expires');
select set_remaining(token(1), '0');
select is((auth.find_session(token(1))).token_sha256, null, 'no longer');

select * from finish();
rollback;
