\ir ../../fixtures.psql
\ir ../../directory.psql

select sign_in(1, claims('nora', '{"realm_access": {"roles": "judges"}}'));
select sign_in(2, claims('sara', '{"realm_access": {"roles": "judges"}}'));
select is(cardinality((auth.get_session(token(2))).memberships), 4, 'a rule gives one more');
select act_as_dba();
update auth.claim_rules set ended_at = ended_at;
select ok(is_open(1), 'no change, no end');
select act_as_registrar();
select auth.end_claim_rule(membership('rule judges'));
select ok(not is_open(1), 'the sessions that it opened end');
select is(last_change(), format('rita_registrar claim rule %s f', membership('rule judges')), 'the actor is recorded');
select is(outcome($$select auth.end_claim_rule(membership('rule judges'))$$), 'JCNIL', 'it ends once');
select act_as_server();
select is(cardinality((auth.get_session(token(2))).memberships), 3, 'others lose it');
select is((sign_in(3, claims('nora', '{"realm_access": {"roles": "judges"}}'))).refusal_code, 'JCNOM', 'and nobody has it anew');

select * from finish();
rollback;
