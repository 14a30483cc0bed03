\ir ../../fixtures.psql
\ir ../../directory.psql

select act_as_registrar();
select auth.add_user(' ulla ', ' https://idp.example ', ' ulla-subject ', ' Ulla User ');
select is(
  (select row(d.user_id, d.issuer, d.subject, d.name, d.enabled, d.membership_id)::text from auth.list_directory() as d where d.user_id = 'ulla'),
  '(ulla,https://idp.example,ulla-subject,"Ulla User",t,)', 'a user is added with trimmed values'
);
select is(last_change(), 'rita_registrar user ulla t', 'the new user is recorded');
select is(outcome(format('select auth.add_user(%s)', a.arguments)), a.code, a.what)
from (
  values
    ('''ulla'', ''https://idp.example'', ''s'', ''n''', '23505', 'an id that is in use is refused'),
    ('''x'', ''https://idp.example'', ''ulla-subject'', ''n''', '23505', 'a subject that is in use is refused'),
    ('''x'', ''https://other.example'', ''ulla-subject'', ''n''', 'ok', 'the same subject at another issuer is another user'),
    (''' '', ''i'', ''s'', ''n''', '23502', 'a user needs an id'),
    ('''x'', null, ''s'', ''n''', '23502', 'a user needs an issuer'),
    ('repeat(''x'', 101), ''i'', ''s'', ''n''', 'JCVAL', 'an id of more than 100 characters is refused'),
    ('e''ul\u200Bla'', ''i'', ''s'', ''n''', 'JCVAL', 'an id with an invisible character is refused')
) as a (arguments, code, what);
select is(outcome(c.name, 'select auth.add_user(''x'', ''x'', ''x'', ''x'')'), '42501', 'this function may not be called by ' || c.name) from callers as c;

select * from finish();
rollback;
