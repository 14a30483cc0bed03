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
  'AGENCY_ADOPTION APPLICATION BFC officer.one 1 n i s r 2026-07-01 09:00:00 f', 'a case with all that can be said'
);
select is(shown(api.create_case(' FOSTER_TO_ADOPT ')), 'FOSTER_TO_ADOPT APPLICATION BFC officer.one 1 f', 'with the least');
select is((api.create_case(t)).case_type, t, 'of type ' || t)
from unnest('{
  AGENCY_ADOPTION,STEP_PARENT_ADOPTION,INTERCOUNTRY_ADOPTION,NON_AGENCY_ADOPTION,FOSTER_TO_ADOPT,ADOPTION_FOLLOWING_PLACEMENT_ORDER
}'::text[]) as t;

select act_as_dba();
select is((select count(*) from core.cases as c where c.court_code = 'BFC'), (3 + 8)::bigint, 'each is there');
select is_empty(
  $$
    select c.id
    from core.cases as c
    where (select array_agg(e.action::text) from audit.entries as e where e.case_id = c.id and e.action = 'CREATE') is distinct from '{CREATE}'
  $$,
  'and each creation is recorded once'
);
create temp table before as select everything() as digest;

select act_as('officer');
select is(detail(format('select api.create_case(%s)', a.arguments)), a.refused::jsonb, a.what)
from (
  values
    ('null', '{"field": "caseType"}', 'no type'),
    (''' ''', '{"field": "caseType"}', 'a blank type'),
    ('''agency_adoption''', '{"field": "caseType"}', 'an unknown type')
) as a (arguments, refused, what);
select is(outcome(format('select api.create_case(%s)', a.arguments)), a.refused, a.what)
from (
  values
    ('''X''', 'JCVAL', 'refused input'),
    ('''AGENCY_ADOPTION'', repeat(''é'', 20000), repeat(''é'', 20000), repeat(''é'', 20000), repeat(''é'', 50)', 'ok', 'the longest'),
    ('''AGENCY_ADOPTION'', repeat(''x'', 20001)', 'JCVAL', 'too long notes'),
    ('''AGENCY_ADOPTION'', null, repeat(''x'', 20001)', 'JCVAL', 'too long internal notes'),
    ('''AGENCY_ADOPTION'', null, null, repeat(''x'', 20001)', 'JCVAL', 'too long comments'),
    ('''AGENCY_ADOPTION'', null, null, null, repeat(''x'', 51)', 'JCVAL', 'too long a reference')
) as a (arguments, refused, what);

select act_as('HMCTS_CASE_OFFICER', 'officer.nowhere', null, null);
select is(detail($$select api.create_case('AGENCY_ADOPTION')$$), '{"field": "courtAssignment", "reason": "NO_COURT"}', 'an officer without a court');

select is(outcome(n, $$select api.create_case('AGENCY_ADOPTION')$$), '42501', n || ' creates none')
from unnest('{judge,cafcass,social_worker,agency,adopter}'::text[]) as n;

select act_as_dba();
select is(everything(), digest, 'refusals leave nothing') from before;

-- All errors at once.
select act_as('officer');
select is(
  errors_of($$select api.create_case('X', repeat('x', 20001), repeat('x', 20001), repeat('x', 20001), repeat('x', 51), 'infinity')$$),
  '{caseType UNKNOWN_WORD,notes TOO_LONG,internalNotes TOO_LONG,staffComments TOO_LONG,linkedFamilyCourtCaseReference TOO_LONG,nextHearing OUT_OF_RANGE}',
  'of a new case'
);

select * from finish();
rollback;
