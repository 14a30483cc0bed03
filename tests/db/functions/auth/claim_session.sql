\ir ../../fixtures.psql
\ir ../../directory.psql

select sign_in(1, claims('una')), sign_in(2, claims('sara'));
select is(auth.claim_session(token(1), false), lower((session(1)).user_role::text), 'it returns the database role of the session');
select is(outcome('select auth.claim_session(token(9), false)'), 'JCSES', 'an unknown token is refused');
select is(outcome('select auth.claim_session(token(2), false)'), 'JCMNY', 'a session without a role is refused');
select is(
  detail('select auth.claim_session(token(2), false)'),
  jsonb_build_object('memberships', jsonb_build_array(
    jsonb_build_object('id', membership('sara officer'), 'role', 'HMCTS_CASE_OFFICER', 'courtAssignment', 'Leeds Family Court'),
    jsonb_build_object('id', membership('sara council'), 'role', 'LA_SOCIAL_WORKER', 'organisationId', 'la.one'),
    jsonb_build_object('id', membership('sara worker'), 'role', 'LA_SOCIAL_WORKER')
  )),
  'the refusal lists the memberships to choose from'
);

-- A read-only transaction does not move the expiry.
select act_as_dba();
update auth.sessions set expires_at = now() + interval '5 minutes' where token_sha256 = token(1);
select act_as_server();
select is(outcome('set local transaction_read_only = on; select auth.claim_session(token(1), false)'), 'ok', 'a read-only transaction does not move an expiry that is due');

-- By its key, even with a plan made while the table was empty, which may be kept.
select act_as_dba();
truncate auth.sessions;
analyze auth.sessions;
select act_as_server();
select is(
  scans('auth.sessions_pkey', 'select outcome(''select auth.claim_session(token(2), false)'') from generate_series(1, 10)'), 10::bigint, 'the session is looked up in its index'
);

select * from finish();
rollback;
