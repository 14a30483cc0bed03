-- Whether the directory is as its changes say
create or replace function auth.find_directory_faults()
returns table (entity text, entity_id text, problem text)
language sql
stable
security invoker
set search_path = ''
as $$
  with recorded as (
    select distinct on (c.entity, c.entity_id) c.entity, c.entity_id, c.after
    from auth.directory_changes as c
    order by c.entity, c.entity_id, c.id desc
  ),
  -- A column that a record does not name was added later, and is as it is.
  compared as (
    select
      'user' as entity, coalesce(r.entity_id, u.user_id) as entity_id, r.after is not null as is_recorded, u.user_id is not null as is_there,
      jsonb_populate_record(u, r.after) is not distinct from u as is_same
    from auth.users as u
    full join (select * from recorded where entity = 'user') as r on r.entity_id = u.user_id
    union all
    select
      'membership', coalesce(r.entity_id, m.id::text), r.after is not null, m.id is not null,
      jsonb_populate_record(m, r.after) is not distinct from m
    from auth.memberships as m
    full join (select * from recorded where entity = 'membership') as r on r.entity_id = m.id::text
    union all
    select
      'claim rule', coalesce(r.entity_id, l.id::text), r.after is not null, l.id is not null,
      jsonb_populate_record(l, r.after) is not distinct from l
    from auth.claim_rules as l
    full join (select * from recorded where entity = 'claim rule') as r on r.entity_id = l.id::text
  )
  select
    c.entity, c.entity_id,
    case
      when not c.is_there then 'is gone'
      when not c.is_recorded then 'was never recorded'
      else 'is not as its last change left it'
    end
  from compared as c
  where not (c.is_there and c.is_recorded and c.is_same);
$$;

comment on function auth.find_directory_faults() is
'For DBAs: users, memberships and claim rules that differ from their last record in auth.directory_changes.';

revoke all on function auth.find_directory_faults() from public;
grant execute on function auth.find_directory_faults() to casefile_backup;
