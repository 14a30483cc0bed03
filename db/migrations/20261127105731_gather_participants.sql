-- migrate:up

set local check_function_bodies = off;

-- In the order in which somebody who ties a user or an organisation to a case locks them; nobody does until this is through.
lock table core.cases, core.assignments, core.organisation_links in share row exclusive mode;
create table core.case_participants (
  case_id uuid primary key references core.cases (id),
  court_code text not null,
  applicant_ids text[] not null default '{}',
  assigned_judge text,
  organisation_ids text[]
) with (fillfactor = 90);
comment on table core.case_participants is
'Who takes part in a case now: what its active assignments and links say, gathered by their triggers for whoever reads cases.
No row for a case that nobody was ever tied to. Hidden from adopters.';
comment on column core.case_participants.court_code is 'The court of the case, which never changes. So an officer''s policy need not ask for the case.';
comment on column core.case_participants.applicant_ids is 'Users, in the order of their assignment.';
comment on column core.case_participants.assigned_judge is 'The user whose judicial assignment is the latest.';
comment on column core.case_participants.organisation_ids is 'In the order of their linking; null for none.';

-- db/functions/core/attention.sql
-- How soon a case wants attention
create or replace function core.attention(p_next_hearing timestamptz)
returns text
language sql
stable
security invoker
as $$
  select case
    when p_next_hearing < now() then 'overdue'
    when p_next_hearing <= now() + interval '7 days' then 'approaching'
    else 'normal'
  end;
$$;

comment on function core.attention(timestamptz) is
'overdue when the next hearing is past, approaching within 7 days, else normal. A plain expression without settings, which
the planner copies into a query: a list asks it for each of its cases.';

revoke all on function core.attention(timestamptz) from public;
grant execute on function core.attention(timestamptz) to casefile_caller;

-- db/functions/core/case_record.sql
-- One case, as its caller may see it
create or replace function core.case_record(p_case_id uuid)
returns api.case_record
language plpgsql
stable
security invoker
set search_path = ''
set plan_cache_mode = force_generic_plan
-- The plan is kept, even if it was made while there was next to nothing in the tables.
set enable_seqscan = off
as $$
declare
  v_role core.user_role := core.caller_role();
  v_can_move boolean := has_function_privilege('api.change_case_status'::regproc, 'execute');
  v_record api.case_record;
begin
  -- What core.case_records says of many, in a plan that is half as dear for one.
  select
    c.id,
    c.case_number,
    c.case_type::text,
    c.status::text,
    t.name,
    c.court_code,
    d.created_by,
    c.created_at,
    c.updated_at,
    c.version,
    -- An adopter is shown itself alone.
    case
      when v_role = 'ADOPTER' then array(
        select a.user_id
        from core.assignments as a
        where a.case_id = p_case_id and a.revoked_at is null and a.assignment_type = 'APPLICANT'
      )
      else coalesce(p.applicant_ids, '{}')
    end,
    p.assigned_judge,
    p.organisation_ids,
    r.reason,
    d.notes,
    d.internal_notes,
    d.staff_comments,
    d.linked_family_court_case_reference,
    row(c.created_at, c.next_hearing)::api.key_dates,
    core.attention(c.next_hearing),
    row(
      has_function_privilege('api.update_case'::regproc, 'execute'),
      v.to_statuses is not null,
      has_function_privilege('api.delete_case'::regproc, 'execute'),
      has_function_privilege('api.list_case_audit'::regproc, 'execute'),
      coalesce(v.to_statuses, '{}')
    )::api.case_permissions,
    d.case_id is null
  into v_record
  from core.cases as c
  join core.courts as t on t.code = c.court_code
  left join core.case_details as d on d.case_id = c.id and d.version = c.details_version
  left join core.case_participants as p on p.case_id = c.id
  left join core.status_change_particulars as r on r.status_change_id = c.status_change_id
  cross join lateral (
    select array_agg(s.to_status::text order by s.to_status) as to_statuses
    from core.status_transitions as s
    where s.from_status = c.status and v_role = any (s.roles) and v_can_move
  ) as v
  where c.id = p_case_id and c.deleted_at is null;

  return v_record;
end;
$$;

comment on function core.case_record(uuid) is
'The case, redacted by the policies of the side tables; null if it is out of reach or deleted. The same as of
core.case_records, which a test holds it to.';

revoke all on function core.case_record(uuid) from public;
grant execute on function core.case_record(uuid) to casefile_caller;

-- db/functions/core/case_records.sql
-- Cases, as their caller may see them
create or replace function core.case_records(p_case_ids uuid[])
returns api.case_record[]
language plpgsql
stable
security invoker
set search_path = ''
-- Or it would be planned anew for each call: a plan for one case looks so much cheaper than one for any number.
set plan_cache_mode = force_generic_plan
-- And the plan is kept, even if it was made while there was next to nothing in the tables.
set enable_seqscan = off
as $$
declare
  v_role core.user_role := core.caller_role();
  -- The grants are the only list of who may do what.
  v_can_edit boolean := has_function_privilege('api.update_case'::regproc, 'execute');
  v_can_move boolean := has_function_privilege('api.change_case_status'::regproc, 'execute');
  v_can_delete boolean := has_function_privilege('api.delete_case'::regproc, 'execute');
  v_can_audit boolean := has_function_privilege('api.list_case_audit'::regproc, 'execute');
begin
  -- Where the policy of a side table shows the caller nothing (to an adopter: no details, no particulars, no
  -- participants) the fields are simply null.
  return array(
    with transitions as materialized (
      select s.from_status, array_agg(s.to_status::text order by s.to_status) as to_statuses
      from core.status_transitions as s
      where v_role = any (s.roles) and v_can_move
      group by s.from_status
    )
    select row(
      c.id,
      c.case_number,
      c.case_type::text,
      c.status::text,
      (select t.name from core.courts as t where t.code = c.court_code),
      c.court_code,
      d.created_by,
      c.created_at,
      c.updated_at,
      c.version,
      -- An adopter is shown itself alone.
      case
        when v_role = 'ADOPTER' then array(
          select a.user_id
          from core.assignments as a
          where a.case_id = c.id and a.revoked_at is null and a.assignment_type = 'APPLICANT'
        )
        else coalesce(p.applicant_ids, '{}')
      end,
      p.assigned_judge,
      p.organisation_ids,
      r.reason,
      d.notes,
      d.internal_notes,
      d.staff_comments,
      d.linked_family_court_case_reference,
      row(c.created_at, c.next_hearing)::api.key_dates,
      core.attention(c.next_hearing),
      row(
        v_can_edit, v.to_statuses is not null, v_can_delete, v_can_audit, coalesce(v.to_statuses, '{}')
      )::api.case_permissions,
      d.case_id is null
    )::api.case_record
    from unnest(p_case_ids) with ordinality as i (case_id, place)
    -- Case by case: joined, the planner would read all that the caller reaches.
    cross join lateral (select * from core.cases as k where k.id = i.case_id and k.deleted_at is null offset 0) as c
    left join core.case_details as d on d.case_id = c.id and d.version = c.details_version
    left join core.case_participants as p on p.case_id = c.id
    left join core.status_change_particulars as r on r.status_change_id = c.status_change_id
    left join transitions as v on v.from_status = c.status
    order by i.place
  );
end;
$$;

comment on function core.case_records(uuid[]) is
'The cases in the order of their ids, redacted by the policies of the side tables. Cases out of reach and deleted
ones are left out.';

revoke all on function core.case_records(uuid[]) from public;
grant execute on function core.case_records(uuid[]) to casefile_caller;

-- db/functions/core/gather_participants.sql
-- Who takes part in cases
create or replace function core.gather_participants(p_case_ids uuid[])
returns void
language plpgsql
volatile
security invoker
set search_path = ''
-- Or it would be planned anew for each call: a plan for one case looks so much cheaper than one for any number.
set plan_cache_mode = force_generic_plan
-- And the plan is kept, even if it was made while there was next to nothing in the tables.
set enable_seqscan = off
as $$
begin
  insert into core.case_participants as p (case_id, court_code, applicant_ids, assigned_judge, organisation_ids)
  select c.id, c.court_code, coalesce(a.applicant_ids, '{}'), a.assigned_judge, l.organisation_ids
  from unnest(p_case_ids) as i (case_id)
  join core.cases as c on c.id = i.case_id
  cross join lateral (
    select
      array_agg(s.user_id order by s.created_at, s.id) filter (where s.assignment_type = 'APPLICANT') as applicant_ids,
      (array_agg(s.user_id order by s.created_at desc, s.id desc) filter (where s.assignment_type = 'JUDICIAL'))[1]
        as assigned_judge
    from core.assignments as s
    where s.case_id = c.id and s.revoked_at is null
  ) as a
  cross join lateral (
    select array_agg(o.organisation_id order by o.linked_at, o.id) as organisation_ids
    from core.organisation_links as o
    where o.case_id = c.id and o.unlinked_at is null
  ) as l
  on conflict (case_id) do update
  set (applicant_ids, assigned_judge, organisation_ids)
    = (excluded.applicant_ids, excluded.assigned_judge, excluded.organisation_ids);
end;
$$;

comment on function core.gather_participants(uuid[]) is
'Writes into core.case_participants what the active assignments and links of the cases say: applicants and organisations in the
order in which they came, the judge who was assigned last. For triggers, and for whoever has disabled them.';

revoke all on function core.gather_participants(uuid[]) from public;

-- db/functions/core/tg_assignments__participants.sql
-- Who applies in a case, and who judges it
create or replace function core.tg_assignments__participants()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform core.gather_participants(array[new.case_id]);
  return null;
end;
$$;

comment on function core.tg_assignments__participants() is
'Gathers them anew when an applicant or a judge comes or goes. core.tg_assignments__guard has locked the case,
so that none are missed. Definer: callers may not write them.';

revoke all on function core.tg_assignments__participants() from public;

drop trigger if exists tg_assignments__participants on core.assignments;
create trigger tg_assignments__participants
after insert or update on core.assignments
for each row when (new.assignment_type in ('APPLICANT', 'JUDICIAL'))
execute function core.tg_assignments__participants();
alter table core.assignments enable always trigger tg_assignments__participants;

-- db/functions/core/tg_organisation_links__participants.sql
-- Which organisations take part in a case
create or replace function core.tg_organisation_links__participants()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform core.gather_participants(array[new.case_id]);
  return null;
end;
$$;

comment on function core.tg_organisation_links__participants() is
'Gathers them anew when an organisation comes or goes. core.tg_organisation_links__guard has locked the case,
so that none are missed. Definer: callers may not write them.';

revoke all on function core.tg_organisation_links__participants() from public;

drop trigger if exists tg_organisation_links__participants on core.organisation_links;
create trigger tg_organisation_links__participants
after insert or update on core.organisation_links
for each row execute function core.tg_organisation_links__participants();
alter table core.organisation_links enable always trigger tg_organisation_links__participants;

-- Before row-level security is forced on them.
select core.gather_participants(array(
  select a.case_id
  from core.assignments as a
  where a.revoked_at is null and a.assignment_type in ('APPLICANT', 'JUDICIAL')
  union
  select l.case_id
  from core.organisation_links as l
  where l.unlinked_at is null
));

-- db/policies/core.case_participants.sql
-- Who takes part in a case: for everybody who reaches it, but adopters.

alter table core.case_participants enable row level security;
alter table core.case_participants force row level security;

drop policy if exists select_own_court on core.case_participants;
create policy select_own_court on core.case_participants for select
to hmcts_case_officer
using (court_code = (select current_setting('casefile.court_code', true)));
comment on policy select_own_court on core.case_participants is 'An officer, of the cases of its own court.';

drop policy if exists select_reached on core.case_participants;
create policy select_reached on core.case_participants for select
to judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker
using (case_id in (select unnest(core.reached_case_ids())));
comment on policy select_reached on core.case_participants is
'Everybody else, of the cases that it reaches. None for adopters: that is their redaction.';

drop policy if exists all_to_owner on core.case_participants;
create policy all_to_owner on core.case_participants for all
to casefile_owner
using (true) with check (true);
comment on policy all_to_owner on core.case_participants is
'core.tg_assignments__participants and core.tg_organisation_links__participants alone write them.';

revoke all on core.case_participants from public;
grant select on core.case_participants to casefile_caller;

-- migrate:down

set local check_function_bodies = off;

-- db/functions/core/tg_organisation_links__participants.sql
drop trigger if exists tg_organisation_links__participants on core.organisation_links;
drop function core.tg_organisation_links__participants();

-- db/functions/core/tg_assignments__participants.sql
drop trigger if exists tg_assignments__participants on core.assignments;
drop function core.tg_assignments__participants();

-- db/functions/core/gather_participants.sql
drop function core.gather_participants(uuid[]);

-- db/functions/core/case_records.sql
-- Cases, as their caller may see them
create or replace function core.case_records(p_case_ids uuid[])
returns api.case_record[]
language plpgsql
stable
security invoker
set search_path = ''
-- Or it would be planned anew for each call: a plan for one case looks so much cheaper than one for any number.
set plan_cache_mode = force_generic_plan
-- And the plan is kept, even if it was made while there was next to nothing in the tables.
set enable_seqscan = off
as $$
declare
  v_role core.user_role := core.caller_role();
  -- The grants are the only list of who may do what.
  v_can_edit boolean := has_function_privilege('api.update_case'::regproc, 'execute');
  v_can_move boolean := has_function_privilege('api.change_case_status'::regproc, 'execute');
  v_can_delete boolean := has_function_privilege('api.delete_case'::regproc, 'execute');
  v_can_audit boolean := has_function_privilege('api.list_case_audit'::regproc, 'execute');
begin
  -- Each side table is read once for all the cases. Where its policy shows the caller nothing
  -- (to an adopter: no details, no particulars, no organisations) the fields are simply null.
  return array(
    with people as (
      select
        a.case_id,
        array_agg(a.user_id order by a.created_at, a.id) filter (where a.assignment_type = 'APPLICANT') as applicant_ids,
        (array_agg(a.user_id order by a.created_at desc, a.id desc) filter (where a.assignment_type = 'JUDICIAL'))[1]
          as assigned_judge
      from core.assignments as a
      where a.case_id = any (p_case_ids) and a.revoked_at is null
      group by a.case_id
    ),
    organisations as (
      select l.case_id, array_agg(l.organisation_id order by l.linked_at, l.id) as organisation_ids
      from core.organisation_links as l
      where l.case_id = any (p_case_ids) and l.unlinked_at is null
      group by l.case_id
    ),
    transitions as materialized (
      select s.from_status, array_agg(s.to_status::text order by s.to_status) as to_statuses
      from core.status_transitions as s
      where v_role = any (s.roles) and v_can_move
      group by s.from_status
    )
    select row(
      c.id,
      c.case_number,
      c.case_type::text,
      c.status::text,
      (select t.name from core.courts as t where t.code = c.court_code),
      c.court_code,
      d.created_by,
      c.created_at,
      c.updated_at,
      c.version,
      coalesce(p.applicant_ids, '{}'),
      p.assigned_judge,
      o.organisation_ids,
      r.reason,
      d.notes,
      d.internal_notes,
      d.staff_comments,
      d.linked_family_court_case_reference,
      row(c.created_at, c.next_hearing)::api.key_dates,
      core.attention(c.next_hearing),
      row(
        v_can_edit, v.to_statuses is not null, v_can_delete, v_can_audit, coalesce(v.to_statuses, '{}')
      )::api.case_permissions,
      d.case_id is null
    )::api.case_record
    from unnest(p_case_ids) with ordinality as i (case_id, place)
    -- Case by case: joined, the planner would read all that the caller reaches.
    cross join lateral (select * from core.cases as k where k.id = i.case_id and k.deleted_at is null offset 0) as c
    left join core.case_details as d on d.case_id = c.id and d.version = c.details_version
    left join core.status_change_particulars as r on r.status_change_id = c.status_change_id
    left join people as p on p.case_id = c.id
    left join organisations as o on o.case_id = c.id
    left join transitions as v on v.from_status = c.status
    order by i.place
  );
end;
$$;

comment on function core.case_records(uuid[]) is
'The cases in the order of their ids, redacted by the policies of the side tables. Cases out of reach and deleted
ones are left out.';

revoke all on function core.case_records(uuid[]) from public;
grant execute on function core.case_records(uuid[]) to casefile_caller;

-- db/functions/core/case_record.sql
-- One case, as its caller may see it
create or replace function core.case_record(p_case_id uuid)
returns api.case_record
language plpgsql
stable
security invoker
set search_path = ''
set plan_cache_mode = force_generic_plan
-- The plan is kept, even if it was made while there was next to nothing in the tables.
set enable_seqscan = off
as $$
declare
  v_role core.user_role := core.caller_role();
  v_can_move boolean := has_function_privilege('api.change_case_status'::regproc, 'execute');
  v_record api.case_record;
begin
  -- What core.case_records says of many, in a plan that is half as dear for one.
  select
    c.id,
    c.case_number,
    c.case_type::text,
    c.status::text,
    t.name,
    c.court_code,
    d.created_by,
    c.created_at,
    c.updated_at,
    c.version,
    coalesce(p.applicant_ids, '{}'),
    p.assigned_judge,
    (
      select array_agg(l.organisation_id order by l.linked_at, l.id)
      from core.organisation_links as l
      where l.case_id = p_case_id and l.unlinked_at is null
    ),
    r.reason,
    d.notes,
    d.internal_notes,
    d.staff_comments,
    d.linked_family_court_case_reference,
    row(c.created_at, c.next_hearing)::api.key_dates,
    core.attention(c.next_hearing),
    row(
      has_function_privilege('api.update_case'::regproc, 'execute'),
      v.to_statuses is not null,
      has_function_privilege('api.delete_case'::regproc, 'execute'),
      has_function_privilege('api.list_case_audit'::regproc, 'execute'),
      coalesce(v.to_statuses, '{}')
    )::api.case_permissions,
    d.case_id is null
  into v_record
  from core.cases as c
  join core.courts as t on t.code = c.court_code
  left join core.case_details as d on d.case_id = c.id and d.version = c.details_version
  left join core.status_change_particulars as r on r.status_change_id = c.status_change_id
  cross join lateral (
    select
      array_agg(a.user_id order by a.created_at, a.id) filter (where a.assignment_type = 'APPLICANT') as applicant_ids,
      (array_agg(a.user_id order by a.created_at desc, a.id desc) filter (where a.assignment_type = 'JUDICIAL'))[1]
        as assigned_judge
    from core.assignments as a
    where a.case_id = p_case_id and a.revoked_at is null
  ) as p
  cross join lateral (
    select array_agg(s.to_status::text order by s.to_status) as to_statuses
    from core.status_transitions as s
    where s.from_status = c.status and v_role = any (s.roles) and v_can_move
  ) as v
  where c.id = p_case_id and c.deleted_at is null;

  return v_record;
end;
$$;

comment on function core.case_record(uuid) is
'The case, redacted by the policies of the side tables; null if it is out of reach or deleted. The same as of
core.case_records, which a test holds it to.';

revoke all on function core.case_record(uuid) from public;
grant execute on function core.case_record(uuid) to casefile_caller;

-- db/functions/core/attention.sql
-- How soon a case wants attention
create or replace function core.attention(p_next_hearing timestamptz)
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return case
    when p_next_hearing < now() then 'overdue'
    when p_next_hearing <= now() + interval '7 days' then 'approaching'
    else 'normal'
  end;
end;
$$;

comment on function core.attention(timestamptz) is
'overdue when the next hearing is past, approaching within 7 days, else normal.';

revoke all on function core.attention(timestamptz) from public;
grant execute on function core.attention(timestamptz) to casefile_caller;

drop table core.case_participants;
