\ir ../../fixtures.psql

select is(
  outcome(c.name, format('select api.get_upload_form(id_of(%L))', n)),
  case
    when c.role = 'JUDGE_LEGAL_ADVISER' then '42501'
    when n = 'ours' and c.name !~ 'other' or n = 'theirs' and c.name ~ 'other' then 'ok'
    else 'JCMIS'
  end,
  format('exactly the callers who may upload to a case get its form: %s, %s', n, c.name)
) from callers as c, unnest('{ours,theirs,deleted,nowhere}'::text[]) as n;

select act_as('adopter');
select is(row(f.case_id, f.user_role)::text, row(id_of('ours'), 'ADOPTER')::text, 'the form names the case and the caller''s role') from api.get_upload_form(id_of('ours')) as f;
select is(
  array(select t.value from unnest((api.get_upload_form(id_of('ours'))).document_types) with ordinality as t order by t.ordinality),
  '{
    legal-correspondence,court-order,background-checks,medical-reports,cafcass-reports,home-study-assessment,child-permanence-report,
    prospective-adopter-report,matching-report,placement-plan,support-plan,contact-arrangements,identity-documents,photographs,other
  }', 'the form lists the types of documents in their order'
);
select is_empty(
  $$select t.value from unnest((api.get_upload_form(id_of('ours'))).document_types) as t where t.label !~ '\w' or t.help_text !~ '\w'$$,
  'each type has a label and a help text'
);
select is(moves(id_of('ours'), $$select api.get_upload_form(id_of('ours'))$$), '{0,0}', 'reading the form changes nothing');

select * from finish();
rollback;
