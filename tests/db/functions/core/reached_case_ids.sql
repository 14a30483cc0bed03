\ir ../../fixtures.psql

select act_as('officer');
select is(core.reached_case_ids(), null, 'an officer reaches no case by name');
select act_as('judge');
select is(core.reached_case_ids(), array[id_of('ours')], 'a judge reaches the judge''s cases, but not a deleted one');
select act_as('JUDGE_LEGAL_ADVISER', 'judge.nobody', null, null);
select is(core.reached_case_ids(), '{}', 'a judge without assignments gets an empty list');

select * from finish();
rollback;
