\ir ../../fixtures.psql

select act_as('officer');
select is(
  (
    select to_jsonb(core.organisation_link(l)) - 'created_at'
    from core.organisation_links as l
    where l.case_id = id_of('ours') and l.organisation_id = 'la.one'
  ),
  jsonb_build_object(
    'case_id', id_of('ours'), 'organisation_id', 'la.one', 'organisation_type', 'LOCAL_AUTHORITY', 'created_by', 'officer.one'
  ),
  'a link in the words of the API'
);

select * from finish();
rollback;
