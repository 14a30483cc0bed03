\ir ../../fixtures.psql
\ir ../../directory.psql

select sign_in(1, claims('una')), sign_in(2, claims('una'), 'bearer'), sign_in(3, claims('sara'));
select act_as_registrar();
select is(auth.end_sessions('una'), 2, 'all sessions of a user');
select is(array(select is_open(n) from generate_series(1, 3) as n), '{f,f,t}', 'and nobody else''s');
select is(auth.end_sessions('una'), 0, 'none are left');
select is(outcome($$select auth.end_sessions('nobody')$$), 'JCNIL', 'whom the directory does not know');
select act_as_server();
select auth.log_in(token(4), null, 'mia.mock', 'ADOPTER');
select act_as_registrar();
select is(auth.end_sessions('mia.mock'), 1, 'but sessions of the mock are ended');
select is(outcome(c.name, 'select auth.end_sessions(''una'')'), '42501', 'not for ' || c.name) from callers as c;

select * from finish();
rollback;
