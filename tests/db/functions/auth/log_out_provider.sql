\ir ../../fixtures.psql
\ir ../../directory.psql

select sign_in(1, claims('una', '{"sid": "a"}')), sign_in(2, claims('una', '{"sid": "b"}')), sign_in(3, claims('una')), sign_in(4, claims('sara', '{"sid": "c"}'));
select is(auth.log_out_provider('https://other.example', 'una-subject', null), 0, 'another issuer ends no session');
select is(auth.log_out_provider('https://idp.example', 'una-subject', 'a'), 1, 'one session of the provider can be ended');
select is(array(select is_open(n) from generate_series(1, 4) as n), '{f,t,t,t}', 'only that session has ended');
select is(auth.log_out_provider('https://idp.example', null, 'b'), 1, 'a session can be ended without naming the subject');
select is(auth.log_out_provider('https://idp.example', null, null), 0, 'a log-out that names nothing ends nothing');
select is(auth.log_out_provider('https://idp.example', 'una-subject', null), 1, 'all sessions of a subject can be ended');
select is(array(select is_open(n) from generate_series(1, 4) as n), '{f,f,f,t}', 'sessions of other subjects stay');

select is((sign_in(5, claims('una'), 'bearer')).refusal_code, null, 'a program has a session');
select is(auth.log_out_provider('https://idp.example', 'una-subject', null), 1, 'the session of a program is ended too');
select is((sign_in(5, claims('una'), 'bearer')).refusal_code, null, 'a program may sign in again while its token is valid');

select * from finish();
rollback;
