\ir ../../fixtures.psql

select is(
  audit.case_image(c),
  jsonb_build_object(
    'caseNumber', c.case_number, 'caseType', 'AGENCY_ADOPTION', 'courtCode', 'BFC', 'status', 'ON_HOLD', 'version', 2,
    'statusReason', 'a reason', 'notes', 'notes', 'internalNotes', 'internal', 'staffComments', 'comments',
    'linkedFamilyCourtCaseReference', 'REF-1', 'deletedAt', null,
    'nextHearing', to_char(c.next_hearing at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
  ),
  'the image has every field, named as in the API'
) from core.cases as c where c.id = id_of('ours');

set local timezone = 'Pacific/Auckland';
update core.cases set next_hearing = '2026-07-01 10:00:00.123+01', deleted_at = now() where id = id_of('ours');
select is(
  audit.case_image(c) ->> 'nextHearing',
  '2026-07-01T09:00:00.123Z', 'times are in UTC') from core.cases as c where c.id = id_of('ours'
);
select isnt(audit.case_image(c) ->> 'deletedAt', null, 'the image shows the deletion') from core.cases as c where c.id = id_of('ours');

select * from finish();
rollback;
