\ir ../../fixtures.psql
\ir ../../directory.psql

select sign_in(1, claims('una')), sign_in(2, claims('una'), 'bearer'), sign_in(3, claims('sara'));
select act_as_registrar();
select auth.change_user('una', null, null, null, null);
select ok(is_open(1), 'a call that changes nothing ends no session');
select auth.change_user('una', null, null, null, false);
select is(array(select is_open(n) from generate_series(1, 3) as n), '{f,f,t}', 'disabling a user ends all sessions of that user and no others');
select is(last_change(), 'rita_registrar user una f', 'the registrar is recorded');
select act_as_server();
select is((sign_in(4, claims('una'), 'bearer')).refusal_code, 'JCOFF', 'a valid token of a disabled user is refused');
select act_as_registrar();
select auth.change_user('una', null, null, ' Una Changed ', true);
select act_as_server();
select is((sign_in(5, claims('una'))).caller.username, 'Una Changed', 'an enabled user signs in with the new name');
select act_as_registrar();
select auth.change_user('una', null, 'other-subject', null, null);
select ok(not is_open(5), 'a new subject ends the sessions of the old one');
select is((select concat_ws(' ', d.issuer, d.subject, d.name) from auth.list_directory() as d where d.user_id = 'una'), 'https://idp.example other-subject Una Changed', 'null keeps a value');
select act_as_server();
select is((sign_in(6, claims('una'))).refusal_code, 'JCUNK', 'the old subject is no longer known');
select act_as_registrar();
select is(outcome($$select auth.change_user('nobody', null, null, 'x', null)$$), 'JCNIL', 'an unknown user is refused');

select * from finish();
rollback;
