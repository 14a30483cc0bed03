\ir ../../fixtures.psql

select act_as('officer');
select is((core.lock_case(id_of('ours'), 2)).version, 2, 'the version that was seen');
select is((core.lock_case(id_of('ours'), null)).version, 2, 'no version stated');
select throws_ok($$select core.lock_case(id_of('ours'), 1)$$, 'JCVER', null, 'a stale version');
select throws_ok($$select core.lock_case(id_of('ours'), 3)$$, 'JCVER', null, 'a version yet to come');
select is((core.lock_case(id_of('ours'), null, '{1,2}')).version, 2, 'one of several');
select throws_ok($$select core.lock_case(id_of('ours'), null, '{1,3}')$$, 'JCVER', null, 'none of several');
select throws_ok($$select core.lock_case(id_of('ours'), null, '{}')$$, 'JCVER', null, 'none at all');
select throws_ok($$select core.lock_case(id_of('ours'), 1, '{1,2}')$$, 'JCVER', null, 'both, and one is stale');
select is(detail($$select core.lock_case(id_of('ours'), 1)$$), '{"currentVersion": 2}', 'the present version is told');
select throws_ok($$select core.lock_case(id_of('theirs'), null)$$, 'JCMIS', null, 'of another court');
select throws_ok($$select core.lock_case(id_of('deleted'), null)$$, 'JCMIS', null, 'deleted');
select throws_ok($$select core.lock_case(id_of('theirs'), 99)$$, 'JCMIS', null, 'a version tells nothing of a case out of reach');
select throws_ok($$select core.lock_case(null, null)$$, 'JCMIS', null, 'no id given');

select act_as_dba();
create temp table before as select xmax::text as locker from core.cases where id = id_of('bare');
select act_as('officer');
select lives_ok($$select core.lock_case(id_of('bare'), 1)$$, 'a lock');
select act_as_dba();
select isnt(c.xmax::text, b.locker, 'is held on the row') from core.cases as c, before as b where c.id = id_of('bare');

select is(outcome(n, $$select core.lock_case(id_of('ours'), null)$$), '42501', n || ' changes no case')
from unnest('{cafcass,social_worker,agency,adopter}'::text[]) as n;

select * from finish();
rollback;
