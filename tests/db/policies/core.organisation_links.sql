\ir ../fixtures.psql
\ir ../policies.psql

select is(array(select grants_on('core.organisation_links')), array[
  'select *: all', 'insert case_id, organisation_id, organisation_type: hmcts_case_officer', 'update unlinked_at: hmcts_case_officer'
], 'exactly these grants exist');
select is(array(select passes('core.organisation_links')), array[
  'officer: sees 4, changes 2, into 2, writes 2',
  'judge, cafcass, social_worker, assigned_social_worker, agency, other_judge, other_cafcass, other_social_worker, other_agency: sees 2',
  'other_officer: sees 2, changes 2, into 2, writes 2',
  'casefile_owner: sees all'
], 'with every grant, the policies let exactly this pass');

select is(
  seen(c.name, 'select n.name || ''/'' || l.organisation_id from core.organisation_links as l join fixture.cases as n on n.id = l.case_id'),
  case
    when c.role = 'ADOPTER' then ''
    when c.name = 'officer' then 'deleted/la.one deleted/va.one ours/la.one ours/va.one'
    when c.name ~ 'other' then 'theirs/la.two theirs/va.two'
    else 'ours/la.one ours/va.one'
  end, 'exactly the rows within reach are seen by ' || c.name
) from callers as c;
select act_as('casefile_caller', 'adopter.one', 'BFC', 'la.one');
select is_empty('select from core.organisation_links', 'the role that all callers share sees nothing');
select act_as_server();
select throws_ok('select from core.organisation_links', '42501', null, 'the server may not read the table');
select act_as_dba();
set local role casefile_owner;
select is((select count(*) from core.organisation_links), 6::bigint, 'the owner sees every row');
select is(affected('update core.organisation_links set unlinked_at = now()'), 0::bigint, 'the owner changes no row');
reset role;

create temp table before as select everything() as digest;
select is(tried(s.name, v), '42501', format('%s is refused: %s', s.name, v))
from six as s, unnest(array[
  'delete from core.organisation_links', 'truncate core.organisation_links', 'update core.organisation_links set organisation_id = ''x''',
  'update core.organisation_links set case_id = id_of(''bare'')', 'update core.organisation_links set organisation_type = ''LOCAL_AUTHORITY''',
  'update core.organisation_links set linked_by = ''x''', 'update core.organisation_links set unlinked_by = ''x''',
  'insert into core.organisation_links (case_id, organisation_id, organisation_type, linked_by) values (id_of(''ours''), ''x'', ''LOCAL_AUTHORITY'', ''x'')'
]) as v;
select is(tried(s.name, v), '42501', format('%s is refused: %s', s.name, v))
from six as s, unnest(array[
  'update core.organisation_links set unlinked_at = now()',
  'insert into core.organisation_links (case_id, organisation_id, organisation_type) values (id_of(''ours''), ''x'', ''LOCAL_AUTHORITY'')'
]) as v
where s.name <> 'officer';

select is(
  tried('officer', format('insert into core.organisation_links (case_id, organisation_id, organisation_type) values (%s)', a.row)),
  a.refused, a.what
)
from (
  values
    ('id_of(''theirs''), ''x'', ''LOCAL_AUTHORITY''', 'JCMIS', 'another court''s case cannot get a link'),
    ('id_of(''deleted''), ''x'', ''LOCAL_AUTHORITY''', 'JCMIS', 'a deleted case cannot get a link'),
    ('core.new_id(), ''x'', ''LOCAL_AUTHORITY''', 'JCMIS', 'a case that does not exist cannot get a link'),
    ('id_of(''ours''), ''la.one'', ''VOLUNTARY_AGENCY''', '23505', 'a link that exists already is refused'),
    ('id_of(''ours''), ''x '', ''LOCAL_AUTHORITY''', '23514', 'an id with white space around it is refused'),
    ('id_of(''ours''), '''', ''LOCAL_AUTHORITY''', '23514', 'an empty id is refused'),
    ('id_of(''ours''), repeat(''x'', 101), ''LOCAL_AUTHORITY''', 'JCVAL', 'an id of more than 100 characters is refused')
) as a (row, refused, what);
select is(
  tried('officer', 'update core.organisation_links set unlinked_at = now() where case_id = id_of(''theirs'')'),
  '0', 'a link of another court''s case cannot be ended'
);
select is(
  tried('officer', 'update core.organisation_links set unlinked_at = now() where case_id = id_of(''deleted'')'),
  '0', 'a link of a deleted case cannot be ended'
);
select is(
  tried('officer', 'update core.organisation_links set unlinked_at = null where case_id = id_of(''ours'')'),
  'JCFIX', 'an end of null is refused'
);
select act_as_dba();
select is(everything(), digest, 'the refused statements change nothing') from before;

select act_as('officer');
select is(
  moves(id_of('bare'), $$
    insert into core.organisation_links (case_id, organisation_id, organisation_type) values (id_of('bare'), 'x', 'LOCAL_AUTHORITY')
  $$),
  '{0,1}', 'an officer links an organisation, with one entry'
);
select is(
  moves(id_of('bare'), $$update core.organisation_links set unlinked_at = now() where organisation_id = 'x'$$),
  '{0,1}', 'an officer ends a link, with one entry'
);
select is(tried('officer', 'update core.organisation_links set unlinked_at = null where organisation_id = ''x'''), 'JCFIX', 'the end of a link cannot be undone');

-- The policies refuse it too, without the guard.
select act_as_dba();
alter table core.organisation_links disable trigger user;
select is(
  tried('officer', format('insert into core.organisation_links (case_id, organisation_id, organisation_type) values (id_of(''%s''), ''x'', ''LOCAL_AUTHORITY'')', n)),
  '42501', 'an officer cannot link organisations to this case: ' || n
)
from unnest('{theirs,deleted}'::text[]) as n;

select * from finish();
rollback;
