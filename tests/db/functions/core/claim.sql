\ir ../../fixtures.psql
\ir ../../sessions.psql

select auth.resume(token(1), null, null);
select is(array[core.claim('user_id'), core.claim('court_code'), core.claim('organisation_id')], '{officer.one,BFC,""}', 'the claims are those of the session');
select is(nullif(core.claim(n), ''), null, format('an unknown claim is empty: %s', left(n, 20)))
from unnest(array['x', '', 'user_id_', 'no name!', 'a.b', repeat('x', 10000), null]) as n;
select act_as_server();
select auth.resume(token(2), null, null);
select is(array[core.claim('user_id'), core.claim('court_code'), core.claim('organisation_id')], '{colleague.one,"",la.one}', 'another session has other claims');
set local role adopter;
select is(nullif(core.claim('user_id'), ''), null, 'in another role, the session''s claims are hidden');

select * from finish();
rollback;
