\ir ../../fixtures.psql

select act_as('agency');
select is(array(select core.linked_case_ids('VOLUNTARY_AGENCY')), array(select id_of(n) from unnest('{ours,deleted}'::text[]) as n),
  'the links of the caller''s own organisation, which the policies narrow further');
select is_empty($$select core.linked_case_ids('LOCAL_AUTHORITY')$$, 'of the type asked for alone');

select act_as('VAA_WORKER', 'agency.one', null, 'VA.ONE');
select is_empty($$select core.linked_case_ids('VOLUNTARY_AGENCY')$$, 'organisation ids are case-sensitive');

select act_as('VAA_WORKER', 'agency.one', null, null);
select is_empty($$select core.linked_case_ids('VOLUNTARY_AGENCY')$$, 'no organisation has no links');

select act_as('officer');
select api.unlink_organisation(id_of('ours'), 'va.one');
select act_as('agency');
select is(array(select core.linked_case_ids('VOLUNTARY_AGENCY')), array[id_of('deleted')], 'an ended link gives nothing');

select * from finish();
rollback;
