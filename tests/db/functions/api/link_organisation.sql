\ir ../../fixtures.psql

select act_as('officer');
select is(
  to_jsonb(api.link_organisation(id_of('bare'), e' va.one\n', ' VOLUNTARY_AGENCY ')) - 'created_at',
  jsonb_build_object(
    'case_id', id_of('bare'), 'organisation_id', 'va.one', 'organisation_type', 'VOLUNTARY_AGENCY', 'created_by', 'officer.one'
  ),
  'a link has a trimmed organisation and type'
);
select is(outcome('agency', $$select api.get_case(id_of('bare'))$$), 'ok', 'a link gives access at once');
select is(outcome('social_worker', $$select api.get_case(id_of('bare'))$$), 'JCMIS', 'a link gives access only to workers of that organisation');
select act_as('officer');
select is((api.get_case(id_of('bare'))).case_record.version, 1, 'a link does not change the version of the case');
select is(outcome($$select api.link_organisation(id_of('bare'), 'va.one', 'VOLUNTARY_AGENCY')$$), 'JCDUP', 'the same link again is refused');
select is(
  outcome($$select api.link_organisation(id_of('bare'), 'va.one', 'LOCAL_AUTHORITY')$$),
  'JCDUP', 'an organisation that is linked cannot be linked again with another type'
);
select is(outcome($$select api.link_organisation(id_of('bare'), 'VA.one', 'LOCAL_AUTHORITY')$$), 'ok', 'an id in other letters is another organisation');

select api.unlink_organisation(id_of('bare'), 'va.one');
select lives_ok($$select api.link_organisation(id_of('bare'), 'va.one', 'LOCAL_AUTHORITY')$$, 'an organisation may be linked again after its link was ended');

select act_as_dba();
create temp table before as select everything() as digest;
select act_as('officer');
select is(outcome(format('select api.link_organisation(%s)', a.arguments)), a.refused, 'it is refused: ' || a.what)
from (
  values
    ('id_of(''theirs''), ''x'', ''LOCAL_AUTHORITY''', 'JCMIS', 'a case of another court'),
    ('id_of(''deleted''), ''x'', ''LOCAL_AUTHORITY''', 'JCMIS', 'a deleted case'),
    ('core.new_id(), ''x'', ''LOCAL_AUTHORITY''', 'JCMIS', 'a case that does not exist'),
    ('id_of(''ours''), repeat(''x'', 101), ''LOCAL_AUTHORITY''', 'JCVAL', 'an organisation id of more than 100 characters')
) as a (arguments, refused, what);
select is(detail(format('select api.link_organisation(id_of(%L), %s)', 'ours', a.arguments)) ->> 'field', a.field, 'the error names the field: ' || a.what)
from (
  values
    ('null, ''LOCAL_AUTHORITY''', 'organisationId', 'no organisation'), (''' '', ''LOCAL_AUTHORITY''', 'organisationId', 'a blank organisation'),
    ('''x'', null', 'organisationType', 'no type'), ('''x'', '' ''', 'organisationType', 'a blank type'),
    ('''x'', ''COURT''', 'organisationType', 'an unknown type')
) as a (arguments, field, what);
select is(outcome($$select api.link_organisation(id_of('ours'), 'x', 'COURT')$$), 'JCVAL', 'an unknown type is refused');
select is(outcome(n, $$select api.link_organisation(id_of('ours'), 'x', 'LOCAL_AUTHORITY')$$), '42501', 'this function may not be called by ' || n)
from unnest('{judge,cafcass,social_worker,agency,adopter}'::text[]) as n;
select act_as_dba();
select is(everything(), digest, 'the refused links change nothing') from before;

-- All errors at once.
select act_as('officer');
select is(
  errors_of($$select api.link_organisation(id_of('ours'), e'a\u200Bb', null)$$), '{organisationId INVALID_CHARACTER,organisationType REQUIRED}', 'all errors in one request are reported together'
);

select * from finish();
rollback;
