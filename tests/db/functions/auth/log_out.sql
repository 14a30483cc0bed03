\ir ../../fixtures.psql
\ir ../../sessions.psql

select lives_ok($$select auth.log_out(token(1))$$, 'a session ends');
select is(remaining(token(1)), null, 'and is gone');
select is(remaining(token(2)), '30 minutes', 'others stay');
select lives_ok($$select auth.log_out(token(1))$$, 'again, and nothing happens');
select lives_ok($$select auth.log_out(null)$$, 'nor without a token');

select * from finish();
rollback;
