\ir ../../fixtures.psql
\ir ../../directory.psql

select act_as_registrar();
select auth.add_user(' ulla ', ' https://idp.example ', ' ulla-subject ', ' Ulla User ');
select is(
  (select row(d.user_id, d.issuer, d.subject, d.name, d.enabled, d.membership_id)::text from auth.list_directory() as d where d.user_id = 'ulla'),
  '(ulla,https://idp.example,ulla-subject,"Ulla User",t,)', 'a user'
);
select is(last_change(), 'rita_registrar user ulla t', 'is recorded');
select is(outcome(format('select auth.add_user(%s)', a.arguments)), a.code, a.what)
from (
  values
    ('''ulla'', ''https://idp.example'', ''s'', ''n''', '23505', 'the same id'),
    ('''x'', ''https://idp.example'', ''ulla-subject'', ''n''', '23505', 'the same subject'),
    ('''x'', ''https://other.example'', ''ulla-subject'', ''n''', 'ok', 'of another issuer'),
    (''' '', ''i'', ''s'', ''n''', '23502', 'no id'),
    ('''x'', null, ''s'', ''n''', '23502', 'no issuer'),
    ('repeat(''x'', 101), ''i'', ''s'', ''n''', 'JCVAL', 'too long'),
    ('e''ul\u200Bla'', ''i'', ''s'', ''n''', 'JCVAL', 'an invisible character')
) as a (arguments, code, what);
select is(outcome(c.name, 'select auth.add_user(''x'', ''x'', ''x'', ''x'')'), '42501', 'not for ' || c.name) from callers as c;

select * from finish();
rollback;
