\ir ../fixtures.psql
\ir ../policies.psql

select is(array(select grants_on('core.cases')), array[
  'select *: all',
  'insert id, court_code, case_type, next_hearing: hmcts_case_officer',
  'update status, status_reason, details_version, next_hearing, deleted_at: hmcts_case_officer',
  'update status, status_reason: judge_legal_adviser'
], 'exactly these grants exist');
select is(array(select passes('core.cases')), array[
  'officer: sees 3, changes 3, into 3, writes 3',
  'judge, other_judge: sees 1, changes 1, into 1',
  'cafcass, social_worker, assigned_social_worker, agency, adopter, spouse, other_cafcass, other_social_worker, other_agency, other_adopter: sees 1',
  'other_officer: sees 1, changes 1, into 1, writes 1',
  'casefile_owner: sees all'
], 'with every grant, the policies let exactly this pass');

-- Rows.
select is(
  seen(c.name, 'select n.name from core.cases as c join fixture.cases as n on n.id = c.id'),
  case when c.name = 'officer' then 'bare deleted ours' when c.name ~ 'other' then 'theirs' else 'ours' end, 'exactly the rows within reach are seen by ' || c.name
) from callers as c;
select is(seen('officer', 'select null from core.cases where court_code <> ''BFC'''), '', 'asking for another court gives no case');
select act_as('casefile_caller', 'officer.one', 'BFC', null);
select is_empty('select from core.cases', 'the role that all callers share sees nothing');
select act_as('HMCTS_CASE_OFFICER', 'officer.one', null, null);
select is_empty('select from core.cases', 'an officer without a court sees no case');
select act_as('VAA_WORKER', 'agency.one', null, null);
select is_empty('select from core.cases', 'an agency worker without an agency sees no case');
select act_as_server();
select throws_ok('select from core.cases', '42501', null, 'the server may not read the table');
select act_as_dba();
set local role casefile_owner;
select is((select count(*) from core.cases), 4::bigint, 'the owner sees every row');
select is(affected('update core.cases set next_hearing = now()'), 0::bigint, 'the owner changes no row');
reset role;

-- Changes that each role may make, but only of cases that it reaches.
select is(tried('officer', 'update core.cases set next_hearing = now() where id = id_of(''ours'')'), '1', 'an officer may change a case of the court');
select is(tried('judge', 'update core.cases set status = ''DIRECTIONS'' where id = id_of(''ours'')'), '1', 'a judge may change the status of an assigned case');

create temp table before as select everything() as digest;
select is(tried('officer', 'update core.cases set next_hearing = now() where id = id_of(''theirs'')'), '0', 'an officer changes no case of another court');
select is(tried('other_officer', 'update core.cases set next_hearing = now() where court_code = ''BFC'''), '0', 'an officer of another court changes no case of this one');
select is(
  tried('other_judge', 'update core.cases set status = ''ADJOURNED'' where id = id_of(''ours'')'),
  '0', 'a judge changes no case of another judge'
);
select is(
  tried('judge', 'update core.cases set status = ''ON_HOLD'', status_reason = ''x'' where id = id_of(''deleted'')'),
  '0', 'a judge changes no deleted case'
);
select is(
  tried('officer', 'update core.cases set next_hearing = now() where id = id_of(''deleted'')'),
  'JCFIX', 'an officer cannot change a deleted case'
);
select is(tried('officer', 'update core.cases set deleted_at = null where id = id_of(''deleted'')'), 'JCFIX', 'a deletion cannot be undone');
select is(tried(s.name, 'update core.cases set status = ''ADJOURNED'''), '42501', 'this role may not update cases: ' || s.name)
from six as s where s.name not in ('officer', 'judge');
select is(tried('judge', format('update core.cases set %s', c)), '42501', 'a judge may not change this column: ' || c)
from unnest('{next_hearing = now(),details_version = 2,deleted_at = now()}'::text[]) as c;
select is(tried('officer', format('update core.cases set %1$I = %1$I', a.attname)), '42501', 'an officer may not change this column: ' || a.attname)
from pg_attribute as a
where a.attrelid = 'core.cases'::regclass and a.attnum > 0 and a.attgenerated = ''
  and a.attname not in ('status', 'status_reason', 'next_hearing', 'details_version', 'deleted_at');
select is(tried('officer', 'update core.cases set case_number = default'), '42501', 'an officer may not change the case number');
select is(tried(s.name, v), '42501', format('%s is refused: %s', s.name, v))
from six as s, unnest('{delete from core.cases,truncate core.cases cascade}'::text[]) as v;

-- Changes that break a rule.
select is(tried('officer', format('update core.cases set %s where id = id_of(%L)', a.change, a.name)), a.refused, a.what)
from (
  values
    ('bare', 'status = ''FINAL_HEARING''', 'JCSTA', 'a transition that does not exist is refused'),
    ('bare', 'status = ''ON_HOLD''', 'JCREA', 'a transition that needs a reason is refused without one'),
    ('bare', 'status_reason = ''why''', 'JCFIX', 'a reason without a change of status is refused'),
    ('bare', 'status = status, status_reason = ''why''', 'JCFIX', 'a reason with the same status is refused'),
    ('bare', 'details_version = 2', '23503', 'a version of details that does not exist is refused'),
    ('ours', 'details_version = 1', '0', 'the present version of details changes nothing'),
    ('bare', 'next_hearing = next_hearing, status = status, deleted_at = null', '0', 'an update that changes nothing changes no row'),
    ('bare', 'status = ''DIRECTIONS'', deleted_at = now(), status_reason = repeat(''x'', 2001)', '23514', 'a reason of more than 2,000 characters is refused')
) as a (name, change, refused, what);
select act_as_dba();
select is(everything(), digest, 'the refused statements change nothing') from before;

-- New cases.
select is(outcome('officer', s.statement), s.refused, s.what)
from (
  values
    ($$
      insert into core.case_details (case_id) values ('00000000-0000-7000-8000-0000000000a1');
      insert into core.cases (id, court_code, case_type) values ('00000000-0000-7000-8000-0000000000a1', 'BFC', 'AGENCY_ADOPTION');
    $$, 'ok', 'an officer creates a case in the own court'),
    ($$
      insert into core.case_details (case_id) values ('00000000-0000-7000-8000-0000000000a1');
      insert into core.cases (id, court_code, case_type) values ('00000000-0000-7000-8000-0000000000a1', 'LDFC', 'AGENCY_ADOPTION');
    $$, '42501', 'an officer cannot create a case in another court'),
    ($$insert into core.cases (court_code, case_type) values ('BFC', 'AGENCY_ADOPTION')$$, '23503', 'a case without details is refused'),
    ($$insert into core.cases (id, court_code, case_type) values (id_of('theirs'), 'BFC', 'AGENCY_ADOPTION')$$, '23505', 'the id of another case is refused'),
    (
      $$insert into core.cases (id, court_code, case_type) values (id_of('theirs'), 'BFC', 'AGENCY_ADOPTION')
      on conflict (id) do update set next_hearing = now()$$, '42501', 'an upsert of another case is refused'
    )
) as s (statement, refused, what);
select is(
  outcome('officer', format('insert into core.cases (court_code, case_type, %I) values (%L, %L, default)', a.attname, 'BFC', 'AGENCY_ADOPTION')),
  '42501', 'an officer may not set this column of a new case: ' || a.attname
)
from pg_attribute as a
where a.attrelid = 'core.cases'::regclass and a.attnum > 0 and a.attname not in ('id', 'court_code', 'case_type', 'next_hearing');
select is(
  outcome(s.name, $$insert into core.cases (court_code, case_type) values ('BFC', 'AGENCY_ADOPTION')$$),
  '42501', 'this role may not create cases: ' || s.name
)
from six as s where s.name <> 'officer';

-- Each allowed change moves the version by one and writes one entry.
select act_as('officer');
select is(moves(id_of('bare'), format('update core.cases set %s where id = id_of(%L)', c, 'bare')), '{1,1}', 'an officer''s update moves the version once, with one entry: ' || c)
from unnest(array[
  'next_hearing = now()', 'status = ''DIRECTIONS''', 'status = ''ON_HOLD'', status_reason = ''why'', next_hearing = null',
  'status = ''APPLICATION_WITHDRAWN'', status_reason = ''why'', deleted_at = now()'
]) as c;
select act_as_dba();
select is_empty('select audit.find_broken_chains()', 'the changes form whole chains');

-- Access ends with its source.
update core.assignments set revoked_at = now() where case_id = id_of('ours');
select is(seen(c.name, 'select id from core.cases'), '', 'a revoked user sees no case: ' || c.name)
from callers as c where c.name in ('judge', 'cafcass', 'assigned_social_worker', 'adopter', 'spouse');
select isnt(
  seen(c.name, 'select id from core.cases'),
  '', 'a user without an assignment sees a case with '  || c.name) from callers as c where c.name in ('social_worker', 'agency'
);
select act_as_dba();
update core.organisation_links set unlinked_at = now() where case_id = id_of('ours');
select is(
  seen(c.name, 'select id from core.cases'),
  '', 'a user whose organisation is no longer linked sees no case: ' || c.name) from callers as c where c.name in ('social_worker', 'agency'
);

select * from finish();
rollback;
