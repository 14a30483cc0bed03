\ir ../../fixtures.psql

select act_as('judge');
select is(array(select core.assigned_case_ids('JUDICIAL')), array(select id_of(n) from unnest('{ours,deleted}'::text[]) as n),
  'the caller''s own assignments, which the policies narrow further');
select is_empty($$select core.assigned_case_ids('CAFCASS')$$, 'of the type asked for alone');

select act_as('JUDGE_LEGAL_ADVISER', 'Judge.One', null, null);
select is_empty($$select core.assigned_case_ids('JUDICIAL')$$, 'user ids are case-sensitive');

select act_as('JUDGE_LEGAL_ADVISER', '', null, null);
select is_empty($$select core.assigned_case_ids('JUDICIAL')$$, 'nobody has no assignments');

select act_as('officer');
select api.revoke_assignment(id_of('ours'), a.id)
from core.assignments as a
where a.case_id = id_of('ours') and a.assignment_type = 'JUDICIAL';
select act_as('judge');
select is(array(select core.assigned_case_ids('JUDICIAL')), array[id_of('deleted')], 'a revoked assignment gives nothing');

select * from finish();
rollback;
