\ir ../../fixtures.psql
\ir ../../directory.psql

select sign_in(1, claims('sara'), 'cookie', membership('sara officer')), sign_in(2, claims('sara'), 'cookie', membership('sara council')), sign_in(3, claims('una'));
select auth.resume(token(1), null, null);
select act_as_dba();
select count_changes() as changes \gset
update auth.memberships set ended_at = ended_at;
select is(array(select is_open(n) from generate_series(1, 3) as n), '{t,t,t}', 'an update that changes nothing ends no session');
select is(count_changes(), :changes::bigint, 'an update that changes nothing is not recorded');
select act_as_registrar();
select auth.end_membership(membership('sara officer'));
select is(array(select is_open(n) from generate_series(1, 3) as n), '{f,t,t}', 'ending a membership ends only its sessions');
select is(last_change(), format('rita_registrar membership %s f', membership('sara officer')), 'the registrar is recorded');
select is(outcome($$select auth.end_membership(membership('sara officer'))$$), 'JCNIL', 'a membership cannot be ended twice');
select act_as_server();
select is((sign_in(4, claims('sara'), 'bearer', membership('sara officer'))).refusal_code, 'JCNOM', 'an ended membership opens no session');
select is(outcome($$select auth.change_membership(token(2), token(5), 'HMCTS_CASE_OFFICER', null, null)$$), 'JCNOM', 'an ended membership cannot be chosen');
select act_as_dba();
select auth.add_membership('sara', 'HMCTS_CASE_OFFICER', 'LDFC', null);
select pass('an ended membership may be given again');

select * from finish();
rollback;
