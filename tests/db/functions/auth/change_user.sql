\ir ../../fixtures.psql
\ir ../../directory.psql

select sign_in(1, claims('una')), sign_in(2, claims('una'), 'bearer'), sign_in(3, claims('sara'));
select act_as_registrar();
select auth.change_user('una', null, null, null, null);
select ok(is_open(1), 'no change, no end');
select auth.change_user('una', null, null, null, false);
select is(array(select is_open(n) from generate_series(1, 3) as n), '{f,f,t}', 'disabling ends all sessions of the user, and of nobody else');
select is(last_change(), 'rita_registrar user una f', 'the actor is recorded');
select act_as_server();
select is((sign_in(4, claims('una'), 'bearer')).refusal_code, 'JCOFF', 'a token that has not expired is refused');
select act_as_registrar();
select auth.change_user('una', null, null, ' Una Changed ', true);
select act_as_server();
select is((sign_in(5, claims('una'))).caller.username, 'Una Changed', 'enabled again, with another name');
select act_as_registrar();
select auth.change_user('una', null, 'other-subject', null, null);
select ok(not is_open(5), 'another subject ends the sessions of the one before');
select is((select concat_ws(' ', d.issuer, d.subject, d.name) from auth.list_directory() as d where d.user_id = 'una'), 'https://idp.example other-subject Una Changed', 'null keeps');
select act_as_server();
select is((sign_in(6, claims('una'))).refusal_code, 'JCUNK', 'no longer known');
select act_as_registrar();
select is(outcome($$select auth.change_user('nobody', null, null, 'x', null)$$), 'JCNIL', 'no such user');

select * from finish();
rollback;
