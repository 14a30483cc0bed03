\ir ../../fixtures.psql
\ir ../../sessions.psql

select set_remaining(token(1), '1 minute');
select set_remaining(token(2), '1 minute');
select auth.touch_session(token(1));
select is(remaining(token(1)), '30 minutes', '30 minutes from now');
select is(remaining(token(2)), '1 minute', 'not another session');
select set_remaining(token(1), '0');
select auth.touch_session(token(1));
select is(remaining(token(1)), '0', 'an expired one stays expired');
select lives_ok($$select auth.touch_session(token(9))$$, 'an unknown one is nothing');

select * from finish();
rollback;
