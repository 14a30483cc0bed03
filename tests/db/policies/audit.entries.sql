\ir ../fixtures.psql
\ir ../policies.psql

select is(array(select grants_on('audit.entries')), array['select *: hmcts_case_officer, judge_legal_adviser'], 'exactly these grants exist');
select is(array(select passes('audit.entries')), array[
  'officer: sees 20',
  'judge, other_officer, other_judge: sees 9',
  'casefile_owner: sees all, writes all'
], 'with every grant, the policies let exactly this pass');

select is(
  seen(c.name, 'select distinct n.name from audit.entries as e join fixture.cases as n on n.id = e.case_id'),
  case
    when c.role not in ('HMCTS_CASE_OFFICER', 'JUDGE_LEGAL_ADVISER') then '42501'
    when c.name = 'officer' then 'bare deleted ours'
    when c.name ~ 'other' then 'theirs'
    else 'ours'
  end, 'exactly the rows within reach are seen by ' || c.name
) from callers as c;
select act_as('casefile_caller', 'officer.one', 'BFC', null);
select throws_ok('select from audit.entries', '42501', null, 'the role that all callers share may not read the table');
select act_as_server();
select throws_ok('select from audit.entries', '42501', null, 'the server may not read the table');
select act_as_dba();

create temp table before as select everything() as digest;
select is(tried(s.name, v), '42501', format('%s is refused: %s', s.name, v))
from six as s, unnest(array[
  'insert into audit.entries (case_id, entity, entity_id, action, actor, actor_role, occurred_at, digest) '
  || 'values (id_of(''ours''), ''x'', ''x'', ''DELETE'', ''x'', ''x'', now(), sha256(''''))',
  'update audit.entries set actor = ''x''', 'delete from audit.entries', 'truncate audit.entries'
]) as v;
select act_as_dba();
select is(everything(), digest, 'the refused statements change nothing') from before;

update core.assignments set revoked_at = now() where case_id = id_of('ours') and assignment_type = 'JUDICIAL';
select is(seen('judge', 'select e.actor from audit.entries as e'), '', 'a judge whose assignment was revoked reads no trail');

select * from finish();
rollback;
