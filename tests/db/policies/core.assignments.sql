\ir ../fixtures.psql
\ir ../policies.psql

select is(array(select grants_on('core.assignments')), array[
  'select *: all', 'insert case_id, user_id, assignment_type: hmcts_case_officer', 'update revoked_at: hmcts_case_officer'
], 'exactly these grants exist');
-- One adopter has a revoked assignment and then another.
select is(array(select passes('core.assignments', $$
  insert into core.assignments (id, case_id, court_code, user_id, assignment_type, created_at, revoked_at)
  select core.new_id(), a.case_id, a.court_code, a.user_id, a.assignment_type, a.created_at, now()
  from core.assignments as a
  where a.case_id = id_of('ours') and a.user_id = 'adopter.one'
$$)), array[
  'officer: sees 11, changes 6, into 6, writes 6',
  'judge, cafcass, social_worker, assigned_social_worker, agency: sees 6',
  'adopter, spouse, other_adopter: sees 1',
  'other_officer: sees 5, changes 5, into 5, writes 5',
  'other_judge, other_cafcass, other_social_worker, other_agency: sees 5',
  'casefile_owner: sees all'
], 'with every grant, the policies let exactly this pass');

-- Rows: case and user.
create table fixture.query as
select 'select n.name || ''/'' || a.user_id from core.assignments as a join fixture.cases as n on n.id = a.case_id'::text as text;
grant select on fixture.query to public;
select is(
  seen(c.name, q.text),
  case
    when c.role = 'ADOPTER' then case when c.name ~ 'other' then 'theirs/adopter.two' else 'ours/' || c.user_id end
    when c.name = 'officer' then
      'deleted/adopter.one deleted/cafcass.one deleted/judge.one deleted/social.one deleted/spouse.one '
      || 'ours/adopter.one ours/cafcass.one ours/judge.one ours/social.one ours/spouse.one'
    when c.name ~ 'other' then 'theirs/adopter.two theirs/cafcass.two theirs/judge.two theirs/social.two theirs/spouse.two'
    else 'ours/adopter.one ours/cafcass.one ours/judge.one ours/social.one ours/spouse.one'
  end, 'exactly the rows within reach are seen by ' || c.name
) from callers as c, query as q;
select act_as('casefile_caller', 'adopter.one', 'BFC', null);
select is_empty('select from core.assignments', 'the role that all callers share sees nothing');
select act_as_server();
select throws_ok('select from core.assignments', '42501', null, 'the server may not read the table');
select act_as_dba();
set local role casefile_owner;
select is((select count(*) from core.assignments), 15::bigint, 'the owner sees every row');
select is(affected('update core.assignments set revoked_at = now()'), 0::bigint, 'the owner changes no row');
reset role;

-- Forbidden to all.
create temp table before as select everything() as digest;
select is(tried(s.name, v), '42501', format('%s is refused: %s', s.name, v))
from six as s, unnest(array[
  'delete from core.assignments', 'truncate core.assignments cascade', 'update core.assignments set user_id = ''x''',
  'update core.assignments set case_id = id_of(''bare'')', 'update core.assignments set assignment_type = ''JUDICIAL''',
  'update core.assignments set created_at = now()', 'update core.assignments set id = core.new_id()',
  'insert into core.assignments (id, case_id, user_id, assignment_type) values (core.new_id(), id_of(''ours''), ''x'', ''CAFCASS'')',
  'insert into core.assignments (case_id, user_id, assignment_type, created_at) values (id_of(''ours''), ''x'', ''CAFCASS'', now())'
]) as v;
select is(tried(s.name, v), '42501', format('%s is refused: %s', s.name, v))
from six as s, unnest(array[
  'update core.assignments set revoked_at = now()',
  'insert into core.assignments (case_id, user_id, assignment_type) values (id_of(''ours''), ''x'', ''CAFCASS'')'
]) as v
where s.name <> 'officer';

-- Forbidden to an officer.
select is(
  tried('officer', format('insert into core.assignments (case_id, user_id, assignment_type) values (%s)', a.row)),
  a.refused, a.what
)
from (
  values
    ('id_of(''theirs''), ''x'', ''CAFCASS''', 'JCMIS', 'another court''s case cannot get an assignment'),
    ('id_of(''deleted''), ''x'', ''CAFCASS''', 'JCMIS', 'a deleted case cannot get an assignment'),
    ('core.new_id(), ''x'', ''CAFCASS''', 'JCMIS', 'a case that does not exist cannot get an assignment'),
    ('id_of(''ours''), ''judge.one'', ''JUDICIAL''', '23505', 'an assignment that exists already is refused'),
    ('id_of(''ours''), '' x'', ''CAFCASS''', '23514', 'a user id with white space around it is refused'),
    ('id_of(''ours''), '''', ''CAFCASS''', '23514', 'an empty user id is refused'),
    ('id_of(''ours''), repeat(''x'', 101), ''CAFCASS''', 'JCVAL', 'a user id of more than 100 characters is refused')
) as a (row, refused, what);
select is(
  tried('officer', 'update core.assignments set revoked_at = now() where case_id = id_of(''theirs'')'),
  '0', 'another court''s assignment cannot be revoked'
);
select is(
  tried('officer', 'update core.assignments set revoked_at = now() where case_id = id_of(''deleted'')'),
  '0', 'an assignment to a deleted case cannot be revoked'
);
select is(
  tried('officer', 'update core.assignments set revoked_at = null where case_id = id_of(''ours'')'),
  'JCFIX', 'a revocation to null is refused'
);
select act_as_dba();
select is(everything(), digest, 'the refused statements change nothing') from before;

-- Allowed to it.
select act_as('officer');
select is(
  moves(id_of('bare'), $$insert into core.assignments (case_id, user_id, assignment_type) values (id_of('bare'), 'x', 'JUDICIAL')$$), '{0,1}',
  'an officer assigns a user, with one entry'
);
select is(moves(id_of('bare'), $$update core.assignments set revoked_at = now() where user_id = 'x'$$), '{0,1}', 'an officer revokes an assignment, with one entry');
select is(tried('officer', 'update core.assignments set revoked_at = null where user_id = ''x'''), 'JCFIX', 'a revocation cannot be undone');

-- Access ends with its source.
select is(
  tried('officer', 'update core.assignments set revoked_at = now() where case_id = id_of(''ours'') and user_id in (''judge.one'', ''adopter.one'')'),
  '2', 'an officer revokes two assignments'
);
select is(seen(n, q.text), '', 'a revocation ends the access of ' || n) from unnest('{judge,adopter}'::text[]) as n, query as q;

-- The policies refuse it too, without the guard.
select act_as_dba();
alter table core.assignments disable trigger user;
select is(
  tried('officer', format('insert into core.assignments (case_id, user_id, assignment_type) values (id_of(''%s''), ''x'', ''CAFCASS'')', n)),
  '42501', 'an officer cannot assign users to this case: ' || n
)
from unnest('{theirs,deleted}'::text[]) as n;

select * from finish();
rollback;
