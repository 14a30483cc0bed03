\ir ../../fixtures.psql

select act_as('officer');
select is(core.reached_case_ids(), null, 'an officer reaches a court, and none by name');
select act_as('judge');
select is(core.reached_case_ids(), array[id_of('ours')], 'a judge, its own, but a deleted one');
select act_as('JUDGE_LEGAL_ADVISER', 'judge.nobody', null, null);
select is(core.reached_case_ids(), '{}', 'and none is an empty list');

select * from finish();
rollback;
