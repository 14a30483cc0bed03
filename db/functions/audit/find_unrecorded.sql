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
      select e.case_id, e.id, e.entity, e.entity_id, e.action, e.before, e.after
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
    -- Events must be in both places equally often.
    happened as (
      select s.case_id, 'status changed to ' || s.to_status as what
      from core.status_changes as s
      where s.case_id between p_from and p_to
      union all
      select d.case_id, 'document ' || d.id || ' downloaded'
      from core.document_downloads as w
      join core.documents as d on d.id = w.document_id
      where d.case_id between p_from and p_to
      union all
      select a.case_id, format('assignment %s %s: %s as %s', a.id, h.what, a.user_id, a.assignment_type)
      from core.assignments as a
      cross join lateral (select 'made' as what union all select 'revoked' where a.revoked_at is not null) as h
      where a.case_id between p_from and p_to
      union all
      select l.case_id, format('organisation %s: %s as %s', h.what, l.organisation_id, l.organisation_type)
      from core.organisation_links as l
      cross join lateral (select 'linked' as what union all select 'unlinked' where l.unlinked_at is not null) as h
      where l.case_id between p_from and p_to
    ),
    told as (
      select
        e.case_id,
        case e.action
          when 'STATUS_CHANGE' then 'status changed to ' || (e.after ->> 'status')
          when 'DOCUMENT_DOWNLOAD' then 'document ' || e.entity_id || ' downloaded'
          when 'ASSIGNMENT_CREATE' then
            format('assignment %s made: %s as %s', e.entity_id, e.after ->> 'userId', e.after ->> 'assignmentType')
          when 'ASSIGNMENT_REVOKE' then
            format('assignment %s revoked: %s as %s', e.entity_id, e.before ->> 'userId', e.before ->> 'assignmentType')
          when 'ORGANISATION_LINK' then format('organisation linked: %s as %s', e.entity_id, e.after ->> 'organisationType')
          when 'ORGANISATION_UNLINK' then format('organisation unlinked: %s as %s', e.entity_id, e.before ->> 'organisationType')
        end as what
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
changes of status, downloads, assignments and links that are more or fewer than the trail records.';

revoke all on function audit.find_unrecorded(uuid, uuid) from public;
grant execute on function audit.find_unrecorded(uuid, uuid) to casefile_backup;
