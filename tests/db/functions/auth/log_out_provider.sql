\ir ../../fixtures.psql
\ir ../../directory.psql

select sign_in(1, claims('una', '{"sid": "a"}')), sign_in(2, claims('una', '{"sid": "b"}')), sign_in(3, claims('una')), sign_in(4, claims('sara', '{"sid": "c"}'));
select is(auth.log_out_provider('https://other.example', 'una-subject', null), 0, 'another issuer ends nothing');
select is(auth.log_out_provider('https://idp.example', 'una-subject', 'a'), 1, 'one session of the provider');
select is(array(select is_open(n) from generate_series(1, 4) as n), '{f,t,t,t}', 'alone');
select is(auth.log_out_provider('https://idp.example', null, 'b'), 1, 'without the subject');
select is(auth.log_out_provider('https://idp.example', null, null), 0, 'nothing named');
select is(auth.log_out_provider('https://idp.example', 'una-subject', null), 1, 'all of a subject');
select is(array(select is_open(n) from generate_series(1, 4) as n), '{f,f,f,t}', 'and nobody else''s');

select is((sign_in(5, claims('una'), 'bearer')).refusal_code, null, 'a program');
select is(auth.log_out_provider('https://idp.example', 'una-subject', null), 1, 'is signed out, too');
select is((sign_in(5, claims('una'), 'bearer')).refusal_code, null, 'and may come back as long as its token lasts');

select * from finish();
rollback;
