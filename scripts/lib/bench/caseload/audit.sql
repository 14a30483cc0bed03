-- The audit trail of all that: four entries for each case, and one more for each of authority.county, each chained to the one before it in its
-- case. Of a document it has the beginning and the end of the upload, but not the states after it.

create temp table happening as
select
  l.case_id,
  l.created_at as occurred_at,
  'case' as entity,
  l.case_id::text as entity_id,
  'CREATE' as action,
  l.officer as actor,
  'HMCTS_CASE_OFFICER' as actor_role,
  null::jsonb as before,
  jsonb_strip_nulls(jsonb_build_object(
    'caseNumber', c.case_number,
    'caseType', c.case_type,
    'courtCode', c.court_code,
    'status', 'APPLICATION',
    'nextHearing', to_char(c.next_hearing at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'version', 1,
    'notes', d.notes
  )) as after
from loading as l
join core.cases as c on c.id = l.case_id
join core.case_details as d on d.case_id = l.case_id
union all
select
  a.case_id, a.created_at, 'assignment', a.id::text, 'ASSIGNMENT_CREATE', a.officer, 'HMCTS_CASE_OFFICER', null,
  jsonb_build_object('userId', a.user_id, 'assignmentType', a.assignment_type)
from assigning as a
union all
select
  l.case_id, l.linked_at, 'organisation', l.organisation_id, 'ORGANISATION_LINK', l.linked_by, 'HMCTS_CASE_OFFICER', null,
  jsonb_build_object('organisationId', l.organisation_id, 'organisationType', l.organisation_type)
from core.organisation_links as l
union all
select
  f.case_id, f.uploaded_at - interval '1 second', 'document', f.id::text, 'DOCUMENT_STATUS', f.officer, 'HMCTS_CASE_OFFICER', null,
  jsonb_strip_nulls(audit.document_image(d) - '{fileSize,fileHash,mimeType,version}'::text[])
    || '{"uploadStatus": "uploading", "virusScanStatus": "pending", "ocrStatus": "pending"}'
from filing as f
join core.documents as d on d.id = f.id
union all
select
  f.case_id, f.uploaded_at, 'document', f.id::text, 'DOCUMENT_UPLOAD', f.officer, 'HMCTS_CASE_OFFICER',
  jsonb_build_object('fileSize', null, 'fileHash', null, 'mimeType', null, 'version', null, 'uploadStatus', 'uploading'),
  jsonb_strip_nulls(audit.document_image(d))
from filing as f
join core.documents as d on d.id = f.id
union all
select
  m.case_id, m.changed_at, 'case', m.case_id::text, 'STATUS_CHANGE', m.changed_by,
  case when m.changed_by = m.officer then 'HMCTS_CASE_OFFICER' else 'JUDGE_LEGAL_ADVISER' end,
  jsonb_build_object('status', m.from_status, 'version', m.stage)
    || case when m.reason is null then '{}' else '{"statusReason": null}' end::jsonb,
  jsonb_build_object('status', m.to_status, 'version', m.stage + 1)
    || case when m.reason is null then '{}' else jsonb_build_object('statusReason', m.reason) end
from moves as m;

create temp table chaining (like audit.entries);
alter table chaining alter column digest drop not null;

insert into chaining (
  id, case_id, court_code, entity, entity_id, action, actor, actor_role, occurred_at, before, after, request_id, client_address, digest_form
)
select
  row_number() over (order by h.occurred_at, h.case_id), h.case_id, l.court_code, h.entity, h.entity_id, h.action::audit.action, h.actor,
  h.actor_role, h.occurred_at, h.before, h.after, md5(h.entity_id || h.action)::uuid, '127.0.0.1', 2
from happening as h
join loading as l on l.case_id = h.case_id;

-- Each digest takes the one before it in, as an aggregate that runs along its window does.
create aggregate pg_temp.chained(audit.entries) (sfunc = audit.entry_digest, stype = bytea);

insert into audit.entries (
  id, case_id, court_code, entity, entity_id, action, actor, actor_role, occurred_at, before, after, request_id, client_address, digest_form,
  digest
)
select
  c.id, c.case_id, c.court_code, c.entity, c.entity_id, c.action, c.actor, c.actor_role, c.occurred_at, c.before, c.after, c.request_id,
  c.client_address, c.digest_form, pg_temp.chained(row(c.*)::audit.entries) over (partition by c.case_id order by c.id)
from chaining as c
order by c.id;

insert into audit.chains (case_id, length, digest)
select e.case_id, count(*), (array_agg(e.digest order by e.id desc))[1]
from audit.entries as e
group by e.case_id;

select setval('audit.entries_id_seq', max(e.id)) from audit.entries as e;
