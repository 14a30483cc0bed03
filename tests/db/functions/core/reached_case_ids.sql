\ir ../../fixtures.psql

-- Each in the way of its role, without the deleted case that everybody called one is tied to.
select act_as('judge');
select is(array(select core.reached_case_ids()), array[id_of('ours')], 'judge');
select act_as('cafcass');
select is(array(select core.reached_case_ids()), array[id_of('ours')], 'cafcass');
select act_as('social_worker');
select is(array(select core.reached_case_ids()), array[id_of('ours')], 'social_worker');
select act_as('assigned_social_worker');
select is(array(select core.reached_case_ids()), array[id_of('ours')], 'assigned_social_worker');
select act_as('agency');
select is(array(select core.reached_case_ids()), array[id_of('ours')], 'agency');
select act_as('adopter');
select is(array(select core.reached_case_ids()), array[id_of('ours')], 'adopter');
select act_as('spouse');
select is(array(select core.reached_case_ids()), array[id_of('ours')], 'spouse');

select act_as('officer');
select is_empty('select core.reached_case_ids()', 'an officer reaches a court, and no case by name');

-- An assignment or a link gives access in its own way alone.
select act_as('CAFCASS_OFFICER', 'judge.one', null, 'la.one');
select is_empty('select core.reached_case_ids()', 'a judicial assignment or a local authority is nothing to a Cafcass officer');
select act_as('VAA_WORKER', 'social.one', null, 'la.one');
select is_empty('select core.reached_case_ids()', 'a local authority is nothing to an agency worker, nor is an assignment');
select act_as('LA_SOCIAL_WORKER', 'judge.one', null, 'va.one');
select is_empty('select core.reached_case_ids()', 'an agency is nothing to a social worker');

-- Ids are case-sensitive, and nobody is nobody.
select act_as('JUDGE_LEGAL_ADVISER', 'Judge.One', null, null);
select is_empty('select core.reached_case_ids()', 'another user');
select act_as('JUDGE_LEGAL_ADVISER', '', null, null);
select is_empty('select core.reached_case_ids()', 'nobody');
select act_as('VAA_WORKER', 'agency.one', null, 'VA.ONE');
select is_empty('select core.reached_case_ids()', 'another organisation');
select act_as('VAA_WORKER', 'agency.one', null, null);
select is_empty('select core.reached_case_ids()', 'no organisation');

-- What is revoked or ended gives nothing.
select act_as('officer');
select api.revoke_assignment(id_of('ours'), a.id)
from core.assignments as a
where a.case_id = id_of('ours') and a.assignment_type = 'JUDICIAL';
select api.unlink_organisation(id_of('ours'), 'va.one');
select act_as('judge');
select is_empty('select core.reached_case_ids()', 'a revoked assignment gives nothing');
select act_as('agency');
select is_empty('select core.reached_case_ids()', 'an ended link gives nothing');

select * from finish();
rollback;
