\ir ../../fixtures.psql

select act_as('officer');
select is(
  (
    select to_jsonb(l) - 'created_at'
    from core.organisation_link_records() as l
    where l.case_id = id_of('ours') and l.organisation_id = 'la.one'
  ),
  jsonb_build_object(
    'case_id', id_of('ours'), 'organisation_id', 'la.one', 'organisation_type', 'LOCAL_AUTHORITY', 'created_by', 'officer.one'
  ),
  'a link is shown in the words of the API'
);


select act_as('agency');
select is((select count(*) from core.organisation_link_records() as l where l.case_id = id_of('ours')), 2::bigint, 'users of the case see its links');
select act_as('adopter');
select is_empty('select from core.organisation_link_records()', 'an adopter sees no links');
select act_as('officer');
select api.unlink_organisation(id_of('ours'), 'la.one');
select is((select count(*) from core.organisation_link_records() as l where l.case_id = id_of('ours')), 1::bigint, 'an ended link is not shown');

select * from finish();
rollback;
