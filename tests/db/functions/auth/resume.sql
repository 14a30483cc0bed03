\ir ../../fixtures.psql
\ir ../../sessions.psql

select is(auth.resume(token(1), '00000000-0000-4000-8000-000000000002', '198.51.100.7'), 'hmcts_case_officer', 'it returns the database role of the session');
select is(
  row(core.caller_role(), core.actor(), core.claim('court_code'), core.claim('organisation_id'))::text,
  '(HMCTS_CASE_OFFICER,officer.one,BFC,"")', 'it sets the caller''s role, id and court'
);
select is(
  current_setting('casefile.request_id') || ' ' || current_setting('casefile.client_address'),
  '00000000-0000-4000-8000-000000000002 198.51.100.7', 'it sets the id and the address of the request'
);
select is((api.get_case(id_of('ours'))).case_record.id, id_of('ours'), 'the caller reaches the caller''s cases');

select act_as_server();
select is(auth.resume(token(2), null, null), 'la_social_worker', 'another session has another role');
select is((core.caller()), row('colleague.one', 'colleague.one', 'LA_SOCIAL_WORKER', null, 'la.one')::api.caller, 'another session has another caller');

select act_as_server();
select set_remaining(token(1), '29 minutes');
select auth.resume(token(1), null, null);
select is(remaining(token(1)), '29 minutes', 'a session used within a minute keeps its expiry');
select act_as_server();
select set_remaining(token(1), '28 minutes 59 seconds');
set local synchronous_commit = on;
select auth.resume(token(1), null, null);
select is(remaining(token(1)), '30 minutes', 'a session used later gets a new expiry');
select is(current_setting('synchronous_commit'), 'on', 'a write still commits with synchronous_commit on');

select act_as_server();
select throws_ok($$select auth.resume(token(9), null, null)$$, 'JCSES', null, 'an unknown session is refused');
select throws_ok($$select auth.resume(null, null, null)$$, 'JCSES', null, 'a missing token is refused');
select set_remaining(token(1), '0');
select throws_ok($$select auth.resume(token(1), null, null)$$, 'JCSES', null, 'an expired session is refused');
select is(current_user, 'casefile_api', 'a refusal leaves the server without a caller''s role');


-- An operation that only reads: only the expiry changes, and the commit waits for no standby.
select set_remaining(token(1), '10 minutes');
select auth.resume(token(1), null, null, true);
select is(remaining(token(1)), '30 minutes', 'a read moves the expiry too');
select is(current_setting('synchronous_commit'), 'off', 'a read does not wait for a standby');
select is(outcome('select api.link_organisation(id_of(''ours''), ''x'', ''LOCAL_AUTHORITY'')'), '25006', 'a read can change nothing');

select * from finish();
rollback;
