\ir ../../fixtures.psql
\ir ../../directory.psql

select act_as_registrar();
select is(outcome(format('select auth.add_claim_rule(''i'', %s)', a.arguments)), a.code, a.what)
from (
  values
    ('''{roles}'', ''x'', ''ADOPTER''', 'ok', 'a rule for adopters can be added'),
    ('''{}'', ''x'', ''ADOPTER''', '23514', 'a rule needs a claim'),
    ('''{roles}'', ''x'', ''HMCTS_CASE_OFFICER''', '23514', 'a rule for officers needs a court'),
    ('''{roles}'', ''x'', ''HMCTS_CASE_OFFICER'', ''LDFC'', ''{court}''', '23514', 'a rule for officers cannot have both a court and a claim that names one'),
    ('''{roles}'', ''x'', ''VAA_WORKER''', '23514', 'a rule for agency workers needs an organisation'),
    ('''{roles}'', ''x'', ''ADOPTER'', null, null, ''la.one''', '23514', 'a rule for adopters cannot have an organisation'),
    ('''{roles}'', ''x'', ''nothing''', 'JCVAL', 'an unknown role is refused')
) as a (arguments, code, what);
select is(outcome(c.name, 'select auth.add_claim_rule(''i'', ''{a}'', ''x'', ''ADOPTER'')'), '42501', 'this function may not be called by ' || c.name) from callers as c;

select * from finish();
rollback;
