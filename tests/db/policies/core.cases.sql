\ir ../fixtures.psql
\ir ../policies.psql

select is(array(select grants_on('core.cases')), array[
  'select *: all',
  'insert id, court_code, case_type, next_hearing: hmcts_case_officer',
  'update status, status_reason, details_version, next_hearing, deleted_at: hmcts_case_officer',
  'update status, status_reason: judge_legal_adviser'
], 'the grants');
select is(array(select passes('core.cases')), array[
  'officer: sees 3, changes 3, into 3, writes 3',
  'judge, other_judge: sees 1, changes 1, into 1',
  'cafcass, social_worker, assigned_social_worker, agency, adopter, spouse, other_cafcass, other_social_worker, other_agency, other_adopter: sees 1',
  'other_officer: sees 1, changes 1, into 1, writes 1',
  'casefile_owner: sees all'
], 'access by its policies');

-- Rows.
select is(
  seen(c.name, 'select n.name from core.cases as c join fixture.cases as n on n.id = c.id'),
  case when c.name = 'officer' then 'bare deleted ours' when c.name ~ 'other' then 'theirs' else 'ours' end, 'seen by ' || c.name
) from callers as c;
select is(seen('officer', 'select null from core.cases where court_code <> ''BFC'''), '', 'not by asking for another court');
select act_as('casefile_caller', 'officer.one', 'BFC', null);
select is_empty('select from core.cases', 'none for the callers'' group');
select act_as('HMCTS_CASE_OFFICER', 'officer.one', null, null);
select is_empty('select from core.cases', 'none for an officer without a court');
select act_as('VAA_WORKER', 'agency.one', null, null);
select is_empty('select from core.cases', 'none for an agency worker without an agency');
select act_as_server();
select throws_ok('select from core.cases', '42501', null, 'nor for the server');
select act_as_dba();
set local role casefile_owner;
select is((select count(*) from core.cases), 4::bigint, 'the owner sees them all, for its functions');
select is(affected('update core.cases set next_hearing = now()'), 0::bigint, 'and changes none');
reset role;

-- Changes that each role may make, but only of cases that it reaches.
select is(tried('officer', 'update core.cases set next_hearing = now() where id = id_of(''ours'')'), '1', 'an officer changes its case');
select is(tried('judge', 'update core.cases set status = ''DIRECTIONS'' where id = id_of(''ours'')'), '1', 'a judge moves its case');

create temp table before as select everything() as digest;
select is(tried('officer', 'update core.cases set next_hearing = now() where id = id_of(''theirs'')'), '0', 'an officer, of another court');
select is(tried('other_officer', 'update core.cases set next_hearing = now() where court_code = ''BFC'''), '0', 'another court''s officer');
select is(
  tried('other_judge', 'update core.cases set status = ''ADJOURNED'' where id = id_of(''ours'')'),
  '0', 'a judge, of a case not its own'
);
select is(
  tried('judge', 'update core.cases set status = ''ON_HOLD'', status_reason = ''x'' where id = id_of(''deleted'')'),
  '0', 'a judge, of a deleted case'
);
select is(
  tried('officer', 'update core.cases set next_hearing = now() where id = id_of(''deleted'')'),
  'JCFIX', 'an officer, of a deleted case'
);
select is(tried('officer', 'update core.cases set deleted_at = null where id = id_of(''deleted'')'), 'JCFIX', 'nor is there an undelete');
select is(tried(s.name, 'update core.cases set status = ''ADJOURNED'''), '42501', 'no update for ' || s.name)
from six as s where s.name not in ('officer', 'judge');
select is(tried('judge', format('update core.cases set %s', c)), '42501', 'a judge, ' || c)
from unnest('{next_hearing = now(),details_version = 2,deleted_at = now()}'::text[]) as c;
select is(tried('officer', format('update core.cases set %1$I = %1$I', a.attname)), '42501', 'an officer, ' || a.attname)
from pg_attribute as a
where a.attrelid = 'core.cases'::regclass and a.attnum > 0 and a.attgenerated = ''
  and a.attname not in ('status', 'status_reason', 'next_hearing', 'details_version', 'deleted_at');
select is(tried('officer', 'update core.cases set case_number = default'), '42501', 'an officer, the number');
select is(tried(s.name, v), '42501', format('%s: %s', s.name, v))
from six as s, unnest('{delete from core.cases,truncate core.cases cascade}'::text[]) as v;

-- Changes that break a rule.
select is(tried('officer', format('update core.cases set %s where id = id_of(%L)', a.change, a.name)), a.refused, a.what)
from (
  values
    ('bare', 'status = ''FINAL_HEARING''', 'JCSTA', 'a transition that there is not'),
    ('bare', 'status = ''ON_HOLD''', 'JCREA', 'without its reason'),
    ('bare', 'status_reason = ''why''', 'JCFIX', 'a reason without a change of status'),
    ('bare', 'status = status, status_reason = ''why''', 'JCFIX', 'a reason with the same status'),
    ('bare', 'details_version = 2', '23503', 'details that are not there'),
    ('ours', 'details_version = 1', '0', 'the details that it has'),
    ('bare', 'next_hearing = next_hearing, status = status, deleted_at = null', '0', 'nothing'),
    ('bare', 'status = ''DIRECTIONS'', deleted_at = now(), status_reason = repeat(''x'', 2001)', '23514', 'too long a reason')
) as a (name, change, refused, what);
select act_as_dba();
select is(everything(), digest, 'none of it changed anything') from before;

-- New cases.
select is(outcome('officer', s.statement), s.refused, s.what)
from (
  values
    ($$
      insert into core.case_details (case_id) values ('00000000-0000-7000-8000-0000000000a1');
      insert into core.cases (id, court_code, case_type) values ('00000000-0000-7000-8000-0000000000a1', 'BFC', 'AGENCY_ADOPTION');
    $$, 'ok', 'in its own court'),
    ($$
      insert into core.case_details (case_id) values ('00000000-0000-7000-8000-0000000000a1');
      insert into core.cases (id, court_code, case_type) values ('00000000-0000-7000-8000-0000000000a1', 'LDFC', 'AGENCY_ADOPTION');
    $$, '42501', 'in another court'),
    ($$insert into core.cases (court_code, case_type) values ('BFC', 'AGENCY_ADOPTION')$$, '23503', 'without details'),
    ($$insert into core.cases (id, court_code, case_type) values (id_of('theirs'), 'BFC', 'AGENCY_ADOPTION')$$, '23505', 'with another case''s id'),
    (
      $$insert into core.cases (id, court_code, case_type) values (id_of('theirs'), 'BFC', 'AGENCY_ADOPTION')
      on conflict (id) do update set next_hearing = now()$$, '42501', 'to change another case'
    )
) as s (statement, refused, what);
select is(
  outcome('officer', format('insert into core.cases (court_code, case_type, %I) values (%L, %L, default)', a.attname, 'BFC', 'AGENCY_ADOPTION')),
  '42501', 'a new case''s ' || a.attname
)
from pg_attribute as a
where a.attrelid = 'core.cases'::regclass and a.attnum > 0 and a.attname not in ('id', 'court_code', 'case_type', 'next_hearing');
select is(
  outcome(s.name, $$insert into core.cases (court_code, case_type) values ('BFC', 'AGENCY_ADOPTION')$$),
  '42501', 'none by ' || s.name
)
from six as s where s.name <> 'officer';

-- Each allowed change moves the version by one and writes one entry.
select act_as('officer');
select is(moves(id_of('bare'), format('update core.cases set %s where id = id_of(%L)', c, 'bare')), '{1,1}', c)
from unnest(array[
  'next_hearing = now()', 'status = ''DIRECTIONS''', 'status = ''ON_HOLD'', status_reason = ''why'', next_hearing = null',
  'status = ''APPLICATION_WITHDRAWN'', status_reason = ''why'', deleted_at = now()'
]) as c;
select act_as_dba();
select is_empty('select audit.find_broken_chains()', 'in whole chains');

-- Access ends with its source.
update core.assignments set revoked_at = now() where case_id = id_of('ours');
select is(seen(c.name, 'select id from core.cases'), '', 'revoked: ' || c.name)
from callers as c where c.name in ('judge', 'cafcass', 'assigned_social_worker', 'adopter', 'spouse');
select isnt(
  seen(c.name, 'select id from core.cases'),
  '', 'still linked: ' || c.name) from callers as c where c.name in ('social_worker', 'agency'
);
select act_as_dba();
update core.organisation_links set unlinked_at = now() where case_id = id_of('ours');
select is(
  seen(c.name, 'select id from core.cases'),
  '', 'unlinked: ' || c.name) from callers as c where c.name in ('social_worker', 'agency'
);

select * from finish();
rollback;
