\ir ../../fixtures.psql

create function fixture.shown(p_case api.case_record) returns text language sql as $$
  select concat_ws(
    '|', p_case.version, p_case.notes, p_case.internal_notes, p_case.staff_comments, p_case.linked_family_court_case_reference,
    (p_case.key_dates).next_hearing at time zone 'UTC'
  );
$$;

select act_as('officer');
select is(
  shown(api.update_case(id_of('ours'), 2, '{
    "notes": "n", "internal_notes": "i", "staff_comments": "s", "linked_family_court_case_reference": "r", "next_hearing": "2026-07-01T10:00:00+01:00"
  }')),
  '3|n|i|s|r|2026-07-01 09:00:00', 'all details can be changed at once'
);
select is(
  shown(api.update_case(id_of('ours'), 3, '{"staff_comments": "new"}')),
  '4|n|i|new|r|2026-07-01 09:00:00', 'absent fields keep their values'
);
select is(shown(api.update_case(id_of('ours'), 4, '{"notes": null, "next_hearing": null}')), '5|i|new|r', 'null clears a field');
select is(
  shown(api.update_case(id_of('ours'), 5, '{"next_hearing": "2026-01-01T00:00:00Z"}')),
  '6|i|new|r|2026-01-01 00:00:00', 'a hearing can be changed alone'
);
select is(
  shown(api.update_case(id_of('ours'), null, '{"notes": ""}')),
  '7||i|new|r|2026-01-01 00:00:00', 'a version need not be stated, and an empty text is stored as a text'
);

select act_as_dba();
select is((select count(*) from core.case_details as d where d.case_id = id_of('ours')), 5::bigint, 'a change of the hearing alone makes no new row of details');
create temp table before as select everything() as digest;

select act_as('officer');
select is(shown(api.update_case(id_of('ours'), 7, c)), '7||i|new|r|2026-01-01 00:00:00', 'a request that changes nothing keeps the version: ' || c::text)
from unnest(array[
  '{}', '{"notes": ""}', '{"staff_comments": "new", "next_hearing": "2026-01-01T01:00:00+01:00"}', '{"nothing_of_ours": 1}',
  '{"case_id": "00000000-0000-7000-8000-0000000000a1", "version": 99, "created_by": "somebody", "status": "ORDER_GRANTED", "details_version": 1}'
]::jsonb[]) as c;
select is((api.update_case(id_of('ours'), 7, null)).version, 7, 'a request without any changes keeps the version');
select is(outcome($$select api.update_case(id_of('ours'), 6, '{"notes": "x"}')$$), 'JCVER', 'a stale version is refused');
select is(detail($$select api.update_case(id_of('ours'), 6, '{"notes": "x"}')$$), '{"currentVersion": 7}', 'the error names the current version');
select is(outcome($$select api.update_case(id_of('ours'), 6, '{}')$$), 'JCVER', 'a stale version is refused even if nothing would change');
select is(outcome($$select api.update_case(id_of('theirs'), null, '{}')$$), 'JCMIS', 'a case of another court is not found');
select is(outcome($$select api.update_case(id_of('deleted'), null, '{}')$$), 'JCMIS', 'a deleted case is not found');
select is(
  outcome(format('select api.update_case(id_of(%L), 7, jsonb_build_object(%L, repeat(%L, %s)))', 'ours', f.field, 'x', f.limit + 1)), 'JCVAL',
  'a text over its limit is refused: ' || f.field
) from (
  values ('notes', 20000), ('internal_notes', 20000), ('staff_comments', 20000), ('linked_family_court_case_reference', 50)
) as f (field, "limit");
select matches(outcome($$select api.update_case(id_of('ours'), 7, '{"next_hearing": "soon"}')$$), '^22', 'a hearing that is not a time is refused');
select is(outcome(n, $$select api.update_case(id_of('ours'), 7, '{"notes": "x"}')$$), '42501', 'this function may not be called by ' || n)
from unnest('{judge,cafcass,social_worker,agency,adopter}'::text[]) as n;

select act_as_dba();
select is(everything(), digest, 'the refused changes change nothing') from before;

select new_case_in('granted', 'ORDER_GRANTED');
select act_as('officer');
select is((api.update_case(id_of('granted'), null, '{"notes": "after"}')).notes, 'after', 'a terminal case may still be worked on');

-- All errors at once.
select act_as('officer');
select is(
  errors_of($$select api.update_case(id_of('ours'), null, jsonb_build_object('notes', repeat('x', 20001), 'internal_notes', repeat('x', 20001),
    'staff_comments', repeat('x', 20001), 'linked_family_court_case_reference', repeat('x', 51), 'next_hearing', 'infinity'))$$),
  '{notes TOO_LONG,internalNotes TOO_LONG,staffComments TOO_LONG,linkedFamilyCourtCaseReference TOO_LONG,nextHearing OUT_OF_RANGE}', 'all errors in one request are reported together'
);

select * from finish();
rollback;
