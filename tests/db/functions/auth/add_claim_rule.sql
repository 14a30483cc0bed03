\ir ../../fixtures.psql
\ir ../../directory.psql

select act_as_registrar();
select is(outcome(format('select auth.add_claim_rule(''i'', %s)', a.arguments)), a.code, a.what)
from (
  values
    ('''{roles}'', ''x'', ''ADOPTER''', 'ok', 'a rule'),
    ('''{}'', ''x'', ''ADOPTER''', '23514', 'without a claim'),
    ('''{roles}'', ''x'', ''HMCTS_CASE_OFFICER''', '23514', 'an officer without a court'),
    ('''{roles}'', ''x'', ''HMCTS_CASE_OFFICER'', ''LDFC'', ''{court}''', '23514', 'with two'),
    ('''{roles}'', ''x'', ''VAA_WORKER''', '23514', 'an agency''s worker without an organisation'),
    ('''{roles}'', ''x'', ''ADOPTER'', null, null, ''la.one''', '23514', 'an adopter with one'),
    ('''{roles}'', ''x'', ''nothing''', 'JCVAL', 'no role')
) as a (arguments, code, what);
select is(outcome(c.name, 'select auth.add_claim_rule(''i'', ''{a}'', ''x'', ''ADOPTER'')'), '42501', 'not for ' || c.name) from callers as c;

select * from finish();
rollback;
