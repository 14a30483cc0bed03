\ir ../../fixtures.psql

select act_as('officer');
select is((core.lock_case(id_of('ours'), 2)).version, 2, 'the current version is accepted');
select is((core.lock_case(id_of('ours'), null)).version, 2, 'a version need not be stated');
select throws_ok($$select core.lock_case(id_of('ours'), 1)$$, 'JCVER', null, 'a stale version is refused');
select throws_ok($$select core.lock_case(id_of('ours'), 3)$$, 'JCVER', null, 'a version from the future is refused');
select is((core.lock_case(id_of('ours'), null, '{1,2}')).version, 2, 'one current version among several is enough');
select throws_ok($$select core.lock_case(id_of('ours'), null, '{1,3}')$$, 'JCVER', null, 'several versions without the current one are refused');
select throws_ok($$select core.lock_case(id_of('ours'), null, '{}')$$, 'JCVER', null, 'an empty list of versions is refused');
select throws_ok($$select core.lock_case(id_of('ours'), 1, '{1,2}')$$, 'JCVER', null, 'a stale version is refused even beside a list with the current one');
select is(detail($$select core.lock_case(id_of('ours'), 1)$$), '{"currentVersion": 2}', 'the error names the current version');
select throws_ok($$select core.lock_case(id_of('theirs'), null)$$, 'JCMIS', null, 'a case of another court is not found');
select throws_ok($$select core.lock_case(id_of('deleted'), null)$$, 'JCMIS', null, 'a deleted case is not found');
select throws_ok($$select core.lock_case(id_of('theirs'), 99)$$, 'JCMIS', null, 'a wrong version tells nothing about a case out of reach');
select throws_ok($$select core.lock_case(null, null)$$, 'JCMIS', null, 'no case is found without an id');

select act_as_dba();
create temp table before as select xmax::text as locker from core.cases where id = id_of('bare');
select act_as('officer');
select lives_ok($$select core.lock_case(id_of('bare'), 1)$$, 'a case can be locked');
select act_as_dba();
select isnt(c.xmax::text, b.locker, 'the row of the case is locked') from core.cases as c, before as b where c.id = id_of('bare');

select is(outcome(n, $$select core.lock_case(id_of('ours'), null)$$), '42501', n || ' cannot lock a case')
from unnest('{cafcass,social_worker,agency,adopter}'::text[]) as n;

select * from finish();
rollback;
