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
  'a link in the words of the API'
);


select act_as('agency');
select is((select count(*) from core.organisation_link_records() as l where l.case_id = id_of('ours')), 2::bigint, 'users of the case see them');
select act_as('adopter');
select is_empty('select from core.organisation_link_records()', 'an adopter none');
select act_as('officer');
select api.unlink_organisation(id_of('ours'), 'la.one');
select is((select count(*) from core.organisation_link_records() as l where l.case_id = id_of('ours')), 1::bigint, 'and nobody what does not hold any more');

select * from finish();
rollback;
