\ir ../../fixtures.psql
\ir ../../sessions.psql

select is(auth.resume(token(1), '00000000-0000-4000-8000-000000000002', '198.51.100.7'), false, 'a fresh session');
select is(
  row(core.caller_role(), core.actor(), core.claim('court_code'), core.claim('organisation_id'))::text,
  '(HMCTS_CASE_OFFICER,officer.one,BFC,"")', 'its caller is become'
);
select is(
  current_setting('casefile.request_id') || ' ' || current_setting('casefile.client_address'),
  '00000000-0000-4000-8000-000000000002 198.51.100.7', 'with its request'
);
select is((api.get_case(id_of('ours'))).case_record.id, id_of('ours'), 'and reaches its cases');

select act_as_server();
select is(auth.resume(token(2), null, null), false, 'another session');
select is((core.caller()), row('colleague.one', 'colleague.one', 'LA_SOCIAL_WORKER', null, 'la.one')::api.caller, 'another caller');

select act_as_server();
select set_remaining(token(1), '29 minutes');
select is(auth.resume(token(1), null, null), false, 'used within a minute');
select act_as_server();
select set_remaining(token(1), '28 minutes 59 seconds');
select is(auth.resume(token(1), null, null), true, 'used later, a touch is due');
select is(remaining(token(1)), '28 minutes 59 seconds', 'and left to somebody else');

select act_as_server();
select throws_ok($$select auth.resume(token(9), null, null)$$, 'JCSES', null, 'an unknown session');
select throws_ok($$select auth.resume(null, null, null)$$, 'JCSES', null, 'no session');
select set_remaining(token(1), '0');
select throws_ok($$select auth.resume(token(1), null, null)$$, 'JCSES', null, 'an expired one');
select is(current_user, 'casefile_api', 'makes nobody of the server');

select * from finish();
rollback;
