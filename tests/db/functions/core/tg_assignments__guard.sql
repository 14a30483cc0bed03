\ir ../../fixtures.psql

select act_as_dba();
insert into core.assignments (id, case_id, user_id, assignment_type, created_at, revoked_at)
values ('00000000-0000-7000-8000-0000000000a1', id_of('bare'), 'a', 'CAFCASS', '2000-01-01', '2000-01-01');
select results_eq(
  $$select a.created_at, a.revoked_at from core.assignments as a where a.user_id = 'a'$$,
  $$select now(), null::timestamptz$$,
  'an assignment begins now, and is not revoked'
);
insert into core.assignments (case_id, user_id, assignment_type) values (id_of('bare'), 'b', 'CAFCASS');
select isnt(a.id, null, 'an id is generated if none is given') from core.assignments as a where a.user_id = 'b';

select throws_ok(format('update core.assignments set %s where user_id = %L', c, 'a'), 'JCFIX', null, 'an assignment cannot be changed: ' || c)
from unnest('{
  id = core.new_id(), case_id = fixture.id_of(''ours''), user_id = ''z'', assignment_type = ''JUDICIAL'', created_at = now() - interval ''1 s'',
  user_id = user_id
}'::text[]) as c;
select is(outcome(format('update core.assignments set revoked_at = now(), %s where user_id = %L', c, 'a')), 'JCFIX', 'an assignment cannot be changed together with its revocation: ' || c)
from unnest('{
  id = core.new_id(), case_id = fixture.id_of(''ours''), user_id = ''z'', assignment_type = ''JUDICIAL'', created_at = now() - interval ''1 s'',
  court_code = ''LDFC''
}'::text[]) as c;
select is(
  outcome($$insert into core.assignments (case_id, user_id, assignment_type) values (id_of('bare'), e'a\u202Eb', 'CAFCASS')$$), 'JCVAL', 'a user id with an invisible character is refused'
);

update core.assignments set revoked_at = 'infinity' where user_id = 'a';
select cmp_ok(a.revoked_at, '>=', a.created_at, 'the time of a revocation is not before the assignment') from core.assignments as a where a.user_id = 'a';
select cmp_ok(a.revoked_at, '<=', clock_timestamp(), 'the time of a revocation is now, not as stated') from core.assignments as a where a.user_id = 'a';
select throws_ok($$update core.assignments set revoked_at = now() where user_id = 'a'$$, 'JCFIX', null, 'an assignment cannot be revoked twice');
select throws_ok($$update core.assignments set revoked_at = null where user_id = 'a'$$, 'JCFIX', null, 'a revocation cannot be undone');

set local session_replication_role = replica;
select throws_ok($$update core.assignments set user_id = 'z' where user_id = 'b'$$, 'JCFIX', null, 'the trigger also fires with session_replication_role = replica');

select * from finish();
rollback;
