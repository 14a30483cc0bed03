-- Whether cases and documents are as their trail says
create or replace function audit.find_unrecorded(p_from uuid, p_to uuid)
returns table (case_id uuid, entry_id bigint, problem text)
language plpgsql
stable
security invoker
set search_path = ''
-- One case is best read by indexes, and many by hash joins.
set plan_cache_mode = force_custom_plan
as $$
begin
  return query
    with entries as (
      select e.case_id, e.id, e.entity, e.entity_id, e.action, e.actor, e.before, e.after
      from audit.entries as e
      where e.case_id between p_from and p_to
    ),
    -- The last recorded value of each field.
    recorded as (
      select e.case_id, e.entity, e.entity_id, jsonb_strip_nulls(jsonb_object_agg(f.key, f.value order by e.id)) as fields
      from entries as e
      cross join lateral jsonb_each(e.after) as f
      where e.entity in ('case', 'document')
      group by e.case_id, e.entity, e.entity_id
    ),
    actual as (
      select c.id as case_id, 'case' as entity, c.id::text as entity_id, audit.case_image(c) as fields
      from core.cases as c
      where c.id between p_from and p_to
      union all
      select
        d.case_id, 'document', d.id::text,
        audit.document_image(d) || jsonb_build_object(
          'textSha256', encode(sha256(convert_to(t.content, 'UTF8')), 'hex'),
          'bytesRemoved', case when r.document_id is not null then true end
        )
      from core.documents as d
      left join core.document_texts as t on t.document_id = d.id and t.case_id between p_from and p_to
      left join core.document_removals as r on r.document_id = d.id
      where d.case_id between p_from and p_to
    ),
    differing as (
      select
        coalesce(a.case_id, r.case_id) as case_id,
        coalesce(a.entity, r.entity) as entity,
        coalesce(a.entity_id, r.entity_id) as entity_id,
        coalesce(jsonb_strip_nulls(a.fields), '{}') as actual,
        coalesce(r.fields - 'foundDamaged', '{}') as recorded
      from actual as a
      full join recorded as r on r.case_id = a.case_id and r.entity = a.entity and r.entity_id = a.entity_id
      where jsonb_strip_nulls(a.fields) is distinct from r.fields - 'foundDamaged'
    ),
    -- Events, and who caused them, must be in both places equally often.
    happened as (
      select c.id as case_id, 'created by ' || d.created_by as what
      from core.cases as c
      join core.case_details as d on d.case_id = c.id and d.version = c.details_version
      where c.id between p_from and p_to
      union all
      select s.case_id, format('status changed to %s by %s', s.to_status, p.changed_by)
      from core.status_changes as s
      left join core.status_change_particulars as p on p.status_change_id = s.id
      where s.case_id between p_from and p_to
      union all
      select d.case_id, format('document %s begun by %s', d.id, d.uploaded_by)
      from core.documents as d
      where d.case_id between p_from and p_to
      union all
      select d.case_id, format('document %s downloaded by %s', d.id, w.downloaded_by)
      from core.document_downloads as w
      join core.documents as d on d.id = w.document_id
      where d.case_id between p_from and p_to
      union all
      select a.case_id, format('assignment %s of %s as %s %s by %s', a.id, a.user_id, a.assignment_type, h.what, h.actor)
      from core.assignments as a
      left join core.assignment_particulars as p on p.assignment_id = a.id
      cross join lateral (
        select 'made' as what, p.assigned_by as actor
        union all
        select 'revoked', p.revoked_by where a.revoked_at is not null
      ) as h
      where a.case_id between p_from and p_to
      union all
      select l.case_id, format('organisation %s as %s %s by %s', l.organisation_id, l.organisation_type, h.what, h.actor)
      from core.organisation_links as l
      cross join lateral (
        select 'linked' as what, l.linked_by as actor
        union all
        select 'unlinked', l.unlinked_by where l.unlinked_at is not null
      ) as h
      where l.case_id between p_from and p_to
    ),
    told as (
      select
        e.case_id,
        case
          when e.action = 'CREATE' then 'created by '
          when e.action = 'STATUS_CHANGE' then format('status changed to %s by ', e.after ->> 'status')
          when e.action = 'DOCUMENT_STATUS' and e.after ? 'filename' then format('document %s begun by ', e.entity_id)
          when e.action = 'DOCUMENT_DOWNLOAD' then format('document %s downloaded by ', e.entity_id)
          when e.action = 'ASSIGNMENT_CREATE' then
            format('assignment %s of %s as %s made by ', e.entity_id, e.after ->> 'userId', e.after ->> 'assignmentType')
          when e.action = 'ASSIGNMENT_REVOKE' then
            format('assignment %s of %s as %s revoked by ', e.entity_id, e.before ->> 'userId', e.before ->> 'assignmentType')
          when e.action = 'ORGANISATION_LINK' then format('organisation %s as %s linked by ', e.entity_id, e.after ->> 'organisationType')
          when e.action = 'ORGANISATION_UNLINK' then
            format('organisation %s as %s unlinked by ', e.entity_id, e.before ->> 'organisationType')
        end || e.actor as what
      from entries as e
    )
    select d.case_id, null::bigint, d.entity || ' ' || d.entity_id || ' is not as its trail says: ' || n.names
    from differing as d
    cross join lateral (
      select string_agg(f.name, ', ' order by f.name) as names
      from jsonb_object_keys(d.actual || d.recorded) as f (name)
      where d.actual -> f.name is distinct from d.recorded -> f.name
    ) as n
    union all
    select n.case_id, null, format('%s: %s times here, and %s in its trail', n.what, n.here, n.there)
    from (
      select o.case_id, o.what, sum(o.here) as here, sum(o.there) as there
      from (
        select h.case_id, h.what, 1 as here, 0 as there from happened as h
        union all
        select t.case_id, t.what, 0, 1 from told as t where t.what is not null
      ) as o
      group by o.case_id, o.what
    ) as n
    where n.here <> n.there;
end;
$$;

comment on function audit.find_unrecorded(uuid, uuid) is
'For DBAs, for the cases between two ids: fields of cases and documents, texts and removals that differ from their last entry;
creations, changes of status, uploads, downloads, assignments and links that are more or fewer than the trail records, or by others.
Not compared: their times, and the reasons and details of earlier versions, which the trail has.';

revoke all on function audit.find_unrecorded(uuid, uuid) from public;
grant execute on function audit.find_unrecorded(uuid, uuid) to casefile_backup;
