-- Gather the participants of cases
create or replace function core.gather_participants(p_case_ids uuid[])
returns void
language plpgsql
volatile
security invoker
set search_path = ''
-- Otherwise each call would be planned anew, because a plan for one case looks much cheaper.
set plan_cache_mode = force_generic_plan
-- The kept plan must be good even if the tables were almost empty when it was made.
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
'Writes core.case_participants from the active assignments and links of the cases: applicants and organisations in the order of
assignment, and the judge who was assigned last. For triggers, and for use after changes with triggers disabled.';

revoke all on function core.gather_participants(uuid[]) from public;
