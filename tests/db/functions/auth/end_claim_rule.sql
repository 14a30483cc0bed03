\ir ../../fixtures.psql
\ir ../../directory.psql

select sign_in(1, claims('nora', '{"realm_access": {"roles": "judges"}}'));
select sign_in(2, claims('sara', '{"realm_access": {"roles": "judges"}}'));
select is(cardinality((auth.get_session(token(2))).memberships), 4, 'a matching rule gives one more membership');
select act_as_dba();
update auth.claim_rules set ended_at = ended_at;
select ok(is_open(1), 'an update that changes nothing ends no session');
select act_as_registrar();
select auth.end_claim_rule(membership('rule judges'));
select ok(not is_open(1), 'ending a rule ends the sessions that it opened');
select is(last_change(), format('rita_registrar claim rule %s f', membership('rule judges')), 'the registrar is recorded');
select is(outcome($$select auth.end_claim_rule(membership('rule judges'))$$), 'JCNIL', 'a rule cannot be ended twice');
select act_as_server();
select is(cardinality((auth.get_session(token(2))).memberships), 3, 'other users of the rule lose the membership');
select is((sign_in(3, claims('nora', '{"realm_access": {"roles": "judges"}}'))).refusal_code, 'JCNOM', 'an ended rule gives nobody a membership');

select * from finish();
rollback;
