-- Conditions that a database must meet after a drill: a row for each breach, none if all is well. pg_temp.journal holds
-- what clients wrote and were told. Each write has a token: its Idempotency-Key, and the notes of a creation or edit, or
-- the reason of a move.
with tokens (token, kind, case_id, version) as (
  select d.notes, case d.version when 1 then 'create' else 'edit' end, d.case_id, d.version
  from core.case_details as d
  where d.notes like 'drill:%'
  union all
  select p.reason, 'move', s.case_id, null
  from core.status_change_particulars as p
  join core.status_changes as s on s.id = p.status_change_id
  where p.reason like 'drill:%'
),
entries as (
  select
    e.id, e.case_id, e.action::text, (e.before ->> 'version')::integer as old_version,
    (e.after ->> 'version')::integer as version, coalesce(e.after ->> 'statusReason', e.after ->> 'notes') as token,
    lag((e.after ->> 'version')::integer, 1, 0) over (partition by e.case_id order by e.id) as version_before
  from audit.entries as e
  where e.entity = 'case'
),
trails as (
  select
    c.id as case_id, c.version, c.case_number as name,
    count(e.id) filter (where e.action = 'CREATE') as creations,
    count(e.id) filter (where e.action = 'STATUS_CHANGE') as moves,
    count(e.id) filter (where e.action <> 'CREATE') as changes
  from core.cases as c
  left join entries as e on e.case_id = c.id
  group by c.id
),
edits as (
  select e.case_id, e.version, count(*) as times
  from entries as e
  where e.action in ('CREATE', 'UPDATE')
  group by e.case_id, e.version
),
written as (
  select t.token, count(*) as times from tokens as t group by t.token
),
audited as (
  select e.token, count(*) as times, min(e.version) as version
  from entries as e
  where e.token like 'drill:%'
  group by e.token
),
histories as (
  select
    s.id, s.case_id, s.from_status, s.to_status, p.status_change_id is not null as has_particulars,
    lag(s.to_status, 1, 'APPLICATION') over (partition by s.case_id order by s.id) as status_before,
    lead(s.id) over (partition by s.case_id order by s.id) is null as is_last
  from core.status_changes as s
  left join core.status_change_particulars as p on p.status_change_id = s.id
),
numbers as (
  select
    c.court_code, c.number_year as year,
    count(*) filter (where c.deleted_at is null) as living
  from core.cases as c
  group by c.court_code, c.number_year
),
document_trails as (
  select
    e.entity_id::uuid as document_id,
    count(*) filter (where e.action = 'DOCUMENT_UPLOAD') as uploads,
    count(*) filter (where e.after ->> 'virusScanStatus' <> 'pending' and e.before is not null) as scans,
    count(*) filter (where e.after ->> 'ocrStatus' in ('complete', 'failed', 'not-applicable')) as readings
  from audit.entries as e
  where e.entity = 'document'
  group by e.entity_id
)

select 'an acknowledged write is missing' as rule, j.kind || ' ' || j.token as subject
from pg_temp.journal as j
where j.outcome = 'acknowledged'
  and not exists (
    select from tokens as t where t.token = j.token and t.kind = j.kind and t.case_id = j.case_id
  )

union all
select 'a write is there more than once', w.token || ': ' || w.times
from written as w
where w.times > 1

union all
select 'a refused write is there', j.token
from pg_temp.journal as j
where j.outcome = 'refused' and j.token in (select w.token from written as w union all select a.token from audited as a)

union all
select 'an acknowledged version is not that of the write', j.token || ': ' || j.version || ', audited ' || a.version
from pg_temp.journal as j
join audited as a on a.token = j.token
where j.outcome = 'acknowledged' and a.version <> j.version

union all
select 'a write has not just one audit entry', w.token || ': ' || coalesce(a.times, 0)
from written as w
left join audited as a on a.token = w.token
where w.times = 1 and a.times is distinct from 1

union all
select 'an audit entry tells of a write that is not there', a.token
from audited as a
where not exists (select from written as w where w.token = a.token)

union all
select 'a case has not just one audit entry of its creation', t.name || ': ' || t.creations
from trails as t
where t.creations <> 1

union all
select 'a version is not one more than the changes audited', t.name || ': ' || t.version || ', audited ' || t.changes
from trails as t
where t.version <> t.changes + 1

union all
select 'a version has not moved by one', 'entry ' || e.id || ': ' || coalesce(e.version::text, 'none')
from entries as e
where e.version is distinct from e.version_before + 1
  or e.action <> 'CREATE' and e.old_version is distinct from e.version_before

union all
select 'new details are not those of one audited change', d.case_id || ' version ' || d.version
from core.case_details as d
left join edits as e on e.case_id = d.case_id and e.version = d.version
where e.times is distinct from 1

union all
select 'details are without their case', d.case_id::text
from core.case_details as d
where not exists (select from core.cases as c where c.id = d.case_id)

union all
select 'a case does not use its newest details', c.case_number
from core.cases as c
where c.details_version is distinct from (
  select max(d.version) from core.case_details as d where d.case_id = c.id
)

union all
select 'a history has not as many moves as the audit', t.name
from trails as t
left join (select h.case_id, count(*) as moves from histories as h group by h.case_id) as h on h.case_id = t.case_id
where t.moves <> coalesce(h.moves, 0)

union all
select 'a history does not lead to the status of its case', h.case_id || ' move ' || h.id
from histories as h
left join core.cases as c on c.id = h.case_id
where h.from_status <> h.status_before
  or h.is_last and (h.to_status, h.id) is distinct from (c.status, c.status_change_id)

union all
select 'a move is without its particulars', h.case_id || ' move ' || h.id
from histories as h
where not h.has_particulars

union all
select 'case numbers are not those of cases and known gaps', f.court_code || '/' || f.year || ': ' || f.problem
from core.find_number_faults() as f

union all
select 'a tally is not the number of cases', s.court_code || '/' || s.year || ': ' || s.case_count || ', there are ' || n.living
from core.case_number_series as s
join numbers as n on n.court_code = s.court_code and n.year = s.year
where s.case_count <> n.living

union all
select 'who reaches a case is not who is tied to it', f.case_id || ': ' || f.problem
from core.find_reach_faults('00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff') as f

union all
select 'an audit chain is broken', b.case_id || ' entry ' || coalesce(b.entry_id::text, 'none') || ': ' || b.problem
from audit.find_broken_chains() as b

union all
select 'a document has not just one audit entry of its upload', d.id::text
from core.documents as d
left join document_trails as t on t.document_id = d.id
where coalesce(t.uploads, 0) <> (d.upload_status = 'complete')::integer

union all
select 'a document was not scanned just once', d.id || ': ' || coalesce(t.scans, 0)
from core.documents as d
left join document_trails as t on t.document_id = d.id
where coalesce(t.scans, 0) <> (d.virus_scan_status <> 'pending')::integer

union all
select 'a document was not read just once', d.id || ': ' || coalesce(t.readings, 0)
from core.documents as d
left join document_trails as t on t.document_id = d.id
where coalesce(t.readings, 0) <> (d.ocr_status not in ('pending', 'processing'))::integer
  or (d.ocr_status = 'complete') <> exists (select from core.document_texts as x where x.document_id = d.id)

union all
select 'a document is neither waiting for a worker nor done', d.id::text
from core.documents as d
where d.upload_status = 'complete' and d.deleted_at is null
  and exists (select from core.document_jobs as j where j.document_id = d.id)
    = (d.virus_scan_status <> 'pending' and d.ocr_status not in ('pending', 'processing'))

union all
select 'a key was claimed, and no answer is kept', k.key
from core.kept_answers as k
where k.answer is null

union all
select 'a kept answer tells of a write that is not there', k.key
from core.kept_answers as k
where k.key like 'drill:%'
  and not exists (select from core.case_details as d where d.notes = k.key)
  and not exists (select from core.status_change_particulars as p where p.reason = k.key)

union all
select 'an acknowledged write has no kept answer', j.token
from pg_temp.journal as j
where j.outcome = 'acknowledged'
  and not exists (select from core.kept_answers as k where k.key = j.token and k.answer is not null)
  -- A restore has ended the earlier ones.
  and not exists (select from audit.restores as r, core.cases as c where c.id = j.case_id and c.created_at < r.occurred_at)

union all
select 'a connection is left idle in a transaction', a.application_name || ' ' || a.pid
from pg_stat_activity as a
where a.datname = current_database() and a.state like 'idle in transaction%'
  and a.state_change < clock_timestamp() - interval '0.5 s'
