\ir ../../fixtures.psql
\ir ../../sessions.psql

select lives_ok($$select auth.log_out(token(1))$$, 'a session can be ended');
select is(remaining(token(1)), null, 'the ended session is gone');
select is(remaining(token(2)), '30 minutes', 'other sessions stay');
select lives_ok($$select auth.log_out(token(1))$$, 'ending a session again is no error');
select lives_ok($$select auth.log_out(null)$$, 'a log-out without a token is no error');

select * from finish();
rollback;
