\ir ../../fixtures.psql
\ir ../../directory.psql

select sign_in(1, claims('una')), sign_in(2, claims('una'), 'bearer'), sign_in(3, claims('sara'));
select act_as_registrar();
select is(auth.end_sessions('una'), 2, 'all sessions of a user');
select is(array(select is_open(n) from generate_series(1, 3) as n), '{f,f,t}', 'and nobody else''s');
select is(auth.end_sessions('nobody'), 0, 'nobody has none');
select is(outcome(c.name, 'select auth.end_sessions(''una'')'), '42501', 'not for ' || c.name) from callers as c;

select * from finish();
rollback;
