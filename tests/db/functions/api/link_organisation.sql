\ir ../../fixtures.psql

select act_as('officer');
select is(
  to_jsonb(api.link_organisation(id_of('bare'), e' va.one\n', ' VOLUNTARY_AGENCY ')) - 'created_at',
  jsonb_build_object(
    'case_id', id_of('bare'), 'organisation_id', 'va.one', 'organisation_type', 'VOLUNTARY_AGENCY', 'created_by', 'officer.one'
  ),
  'a link, trimmed'
);
select is(outcome('agency', $$select api.get_case(id_of('bare'))$$), 'ok', 'gives access at once');
select is(outcome('social_worker', $$select api.get_case(id_of('bare'))$$), 'JCMIS', 'to its own workers alone');
select act_as('officer');
select is((api.get_case(id_of('bare'))).case_record.version, 1, 'and does not move the case');
select is(outcome($$select api.link_organisation(id_of('bare'), 'va.one', 'VOLUNTARY_AGENCY')$$), 'JCDUP', 'there already');
select is(
  outcome($$select api.link_organisation(id_of('bare'), 'va.one', 'LOCAL_AUTHORITY')$$),
  'JCDUP', 'there already, as something else'
);
select is(outcome($$select api.link_organisation(id_of('bare'), 'VA.one', 'LOCAL_AUTHORITY')$$), 'ok', 'another organisation');

select api.unlink_organisation(id_of('bare'), 'va.one');
select lives_ok($$select api.link_organisation(id_of('bare'), 'va.one', 'LOCAL_AUTHORITY')$$, 'again, after it was ended');

select act_as_dba();
create temp table before as select everything() as digest;
select act_as('officer');
select is(outcome(format('select api.link_organisation(%s)', a.arguments)), a.refused, a.what)
from (
  values
    ('id_of(''theirs''), ''x'', ''LOCAL_AUTHORITY''', 'JCMIS', 'of another court'),
    ('id_of(''deleted''), ''x'', ''LOCAL_AUTHORITY''', 'JCMIS', 'deleted'),
    ('core.new_id(), ''x'', ''LOCAL_AUTHORITY''', 'JCMIS', 'not there'),
    ('id_of(''ours''), repeat(''x'', 101), ''LOCAL_AUTHORITY''', 'JCVAL', 'too long an organisation id')
) as a (arguments, refused, what);
select is(detail(format('select api.link_organisation(id_of(%L), %s)', 'ours', a.arguments)) ->> 'field', a.field, a.what)
from (
  values
    ('null, ''LOCAL_AUTHORITY''', 'organisationId', 'no organisation'), (''' '', ''LOCAL_AUTHORITY''', 'organisationId', 'a blank organisation'),
    ('''x'', null', 'organisationType', 'no type'), ('''x'', '' ''', 'organisationType', 'a blank type'),
    ('''x'', ''COURT''', 'organisationType', 'an unknown type')
) as a (arguments, field, what);
select is(outcome($$select api.link_organisation(id_of('ours'), 'x', 'COURT')$$), 'JCVAL', 'refused input');
select is(outcome(n, $$select api.link_organisation(id_of('ours'), 'x', 'LOCAL_AUTHORITY')$$), '42501', 'not for ' || n)
from unnest('{judge,cafcass,social_worker,agency,adopter}'::text[]) as n;
select act_as_dba();
select is(everything(), digest, 'none of it changed anything') from before;

-- All errors at once.
select act_as('officer');
select is(
  errors_of($$select api.link_organisation(id_of('ours'), e'a\u200Bb', null)$$), '{organisationId INVALID_CHARACTER,organisationType REQUIRED}', 'of a link'
);

select * from finish();
rollback;
