\ir ../../fixtures.psql

create function fixture.shown(p_case api.case_record) returns text language sql as $$
  select concat_ws(
    ' ', p_case.case_type, p_case.status, p_case.court_code, p_case.created_by, p_case.version, p_case.notes, p_case.internal_notes,
    p_case.staff_comments, p_case.linked_family_court_case_reference, (p_case.key_dates).next_hearing at time zone 'UTC', p_case.redacted
  );
$$;

select act_as('officer');
select is(
  shown(api.create_case('AGENCY_ADOPTION', 'n', 'i', 's', 'r', '2026-07-01 10:00+01')),
  'AGENCY_ADOPTION APPLICATION BFC officer.one 1 n i s r 2026-07-01 09:00:00 f', 'a case is created with all its fields'
);
select is(shown(api.create_case(' FOSTER_TO_ADOPT ')), 'FOSTER_TO_ADOPT APPLICATION BFC officer.one 1 f', 'a case is created with nothing but its type');
select is((api.create_case(t)).case_type, t, 'a case may have the type ' || t)
from unnest('{
  AGENCY_ADOPTION,STEP_PARENT_ADOPTION,INTERCOUNTRY_ADOPTION,NON_AGENCY_ADOPTION,FOSTER_TO_ADOPT,ADOPTION_FOLLOWING_PLACEMENT_ORDER
}'::text[]) as t;

select act_as_dba();
select is((select count(*) from core.cases as c where c.court_code = 'BFC'), (3 + 8)::bigint, 'every created case exists');
select is_empty(
  $$
    select c.id
    from core.cases as c
    where (select array_agg(e.action::text) from audit.entries as e where e.case_id = c.id and e.action = 'CREATE') is distinct from '{CREATE}'
  $$,
  'each creation has one entry in the audit trail'
);
create temp table before as select everything() as digest;

select act_as('officer');
select is(detail(format('select api.create_case(%s)', a.arguments)), a.refused::jsonb, 'the error names the type of the case: ' || a.what)
from (
  values
    ('null', '{"field": "caseType"}', 'no type'),
    (''' ''', '{"field": "caseType"}', 'a blank type'),
    ('''agency_adoption''', '{"field": "caseType"}', 'an unknown type')
) as a (arguments, refused, what);
select is(outcome(format('select api.create_case(%s)', a.arguments)), a.refused, 'the limits of texts: ' || a.what)
from (
  values
    ('''X''', 'JCVAL', 'an unknown type is refused'),
    ('''AGENCY_ADOPTION'', repeat(''é'', 20000), repeat(''é'', 20000), repeat(''é'', 20000), repeat(''é'', 50)', 'ok', 'the longest texts are accepted'),
    ('''AGENCY_ADOPTION'', repeat(''x'', 20001)', 'JCVAL', 'notes of more than 20,000 characters are refused'),
    ('''AGENCY_ADOPTION'', null, repeat(''x'', 20001)', 'JCVAL', 'internal notes of more than 20,000 characters are refused'),
    ('''AGENCY_ADOPTION'', null, null, repeat(''x'', 20001)', 'JCVAL', 'comments of more than 20,000 characters are refused'),
    ('''AGENCY_ADOPTION'', null, null, null, repeat(''x'', 51)', 'JCVAL', 'a reference of more than 50 characters is refused')
) as a (arguments, refused, what);

select act_as('HMCTS_CASE_OFFICER', 'officer.nowhere', null, null);
select is(detail($$select api.create_case('AGENCY_ADOPTION')$$), '{"field": "courtAssignment", "reason": "NO_COURT"}', 'an officer without a court cannot create a case');

select is(outcome(n, $$select api.create_case('AGENCY_ADOPTION')$$), '42501', n || ' creates none')
from unnest('{judge,cafcass,social_worker,agency,adopter}'::text[]) as n;

select act_as_dba();
select is(everything(), digest, 'the refused creations change nothing') from before;

-- All errors at once.
select act_as('officer');
select is(
  errors_of($$select api.create_case('X', repeat('x', 20001), repeat('x', 20001), repeat('x', 20001), repeat('x', 51), 'infinity')$$),
  '{caseType UNKNOWN_WORD,notes TOO_LONG,internalNotes TOO_LONG,staffComments TOO_LONG,linkedFamilyCourtCaseReference TOO_LONG,nextHearing OUT_OF_RANGE}',
  'all errors in one request are reported together'
);

select * from finish();
rollback;
