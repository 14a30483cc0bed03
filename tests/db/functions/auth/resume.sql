\ir ../../fixtures.psql
\ir ../../sessions.psql

select is(auth.resume(token(1), '00000000-0000-4000-8000-000000000002', '198.51.100.7'), 'hmcts_case_officer', 'the role of a session');
select is(
  row(core.caller_role(), core.actor(), core.claim('court_code'), core.claim('organisation_id'))::text,
  '(HMCTS_CASE_OFFICER,officer.one,BFC,"")', 'its caller is set'
);
select is(
  current_setting('casefile.request_id') || ' ' || current_setting('casefile.client_address'),
  '00000000-0000-4000-8000-000000000002 198.51.100.7', 'with its request'
);
select is((api.get_case(id_of('ours'))).case_record.id, id_of('ours'), 'and reaches its cases');

select act_as_server();
select is(auth.resume(token(2), null, null), 'la_social_worker', 'another session');
select is((core.caller()), row('colleague.one', 'colleague.one', 'LA_SOCIAL_WORKER', null, 'la.one')::api.caller, 'another caller');

select act_as_server();
select set_remaining(token(1), '29 minutes');
select auth.resume(token(1), null, null);
select is(remaining(token(1)), '29 minutes', 'used within a minute, its expiry stays');
select act_as_server();
select set_remaining(token(1), '28 minutes 59 seconds');
set local synchronous_commit = on;
select auth.resume(token(1), null, null);
select is(remaining(token(1)), '30 minutes', 'used later, it moves');
select is(current_setting('synchronous_commit'), 'on', 'as safely as the rest');

select act_as_server();
select throws_ok($$select auth.resume(token(9), null, null)$$, 'JCSES', null, 'an unknown session');
select throws_ok($$select auth.resume(null, null, null)$$, 'JCSES', null, 'no session');
select set_remaining(token(1), '0');
select throws_ok($$select auth.resume(token(1), null, null)$$, 'JCSES', null, 'an expired one');
select is(current_user, 'casefile_api', 'makes nobody of the server');


-- An operation that only reads: only the expiry changes, and the commit waits for no standby.
select set_remaining(token(1), '10 minutes');
select auth.resume(token(1), null, null, true);
select is(remaining(token(1)), '30 minutes', 'a read moves it, too');
select is(current_setting('synchronous_commit'), 'off', 'without waiting for a standby');
select is(outcome('select api.link_organisation(id_of(''ours''), ''x'', ''LOCAL_AUTHORITY'')'), '25006', 'and can change nothing');

select * from finish();
rollback;
