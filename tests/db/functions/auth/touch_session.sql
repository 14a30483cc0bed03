\ir ../../fixtures.psql
\ir ../../sessions.psql

select set_remaining(token(1), '1 minute');
select set_remaining(token(2), '1 minute');
select auth.touch_session(token(1));
select is(remaining(token(1)), '30 minutes', 'the session lasts 30 minutes from now');
select is(remaining(token(2)), '1 minute', 'another session is not touched');
select act_as_dba();
select is(
  pg_stat_get_xact_tuples_hot_updated('auth.sessions'::regclass), pg_stat_get_xact_tuples_updated('auth.sessions'::regclass),
  'the update is HOT: no index changes'
);
select act_as_server();
select set_remaining(token(1), '0');
select auth.touch_session(token(1));
select is(remaining(token(1)), '0', 'an expired session stays expired');
select lives_ok($$select auth.touch_session(token(9))$$, 'an unknown token is no error');

-- Never beyond its end.
select act_as_dba();
create function fixture.set_end(p_token bytea, p_expires interval, p_ends interval) returns void language sql security definer as $$
  update auth.sessions set expires_at = now() + p_expires, ends_at = now() + p_ends where token_sha256 = p_token;
$$;
select act_as_server();
select set_end(token(2), '1 minute', '10 minutes');
select auth.touch_session(token(2));
select is(remaining(token(2)), '10 minutes', 'the expiry moves no further than the end of the session');
select set_end(token(2), '2 hours', '2 hours');
select auth.touch_session(token(2));
select is(remaining(token(2)), '2 hours', 'the expiry of a token''s session stays');

select * from finish();
rollback;
