-- The cases that a caller reaches by name
create or replace function core.reached_case_ids()
returns uuid[]
language plpgsql
stable
security definer
set search_path = ''
-- Or it would be planned anew for each call: the claims look as if they made a difference.
set plan_cache_mode = force_generic_plan
-- And the plan is kept, even if it was made while there were few memberships.
set enable_seqscan = off
as $$
declare
  v_role text := current_setting('role');
  v_assignment_type core.assignment_type := case v_role
    when 'judge_legal_adviser' then 'JUDICIAL'
    when 'cafcass_officer' then 'CAFCASS'
    when 'la_social_worker' then 'SOCIAL_WORKER'
    when 'adopter' then 'APPLICANT'
  end;
  v_organisation_type core.organisation_type := case v_role
    when 'la_social_worker' then 'LOCAL_AUTHORITY'
    when 'vaa_worker' then 'VOLUNTARY_AGENCY'
  end;
  -- Asked once, and not for each query.
  v_claim text;
  v_case_ids uuid[] := '{}';
begin
  -- Each kind of membership by itself, and only if the role has it: this runs once for each table that a
  -- statement reads.
  if v_assignment_type is not null then
    v_claim := core.claim('user_id');
    v_case_ids := array(
      select a.case_id
      from core.assignments as a
      where a.user_id = v_claim
        and a.revoked_at is null
        and a.assignment_type = v_assignment_type
        and not exists (select from core.cases as c where c.id = a.case_id and c.deleted_at is not null)
    );
  end if;

  if v_organisation_type is not null then
    v_claim := core.claim('organisation_id');
    v_case_ids := v_case_ids || array(
      select l.case_id
      from core.organisation_links as l
      where l.organisation_id = v_claim
        and l.unlinked_at is null
        and l.organisation_type = v_organisation_type
        and not exists (select from core.cases as c where c.id = l.case_id and c.deleted_at is not null)
    );
  end if;

  return v_case_ids;
end;
$$;

comment on function core.reached_case_ids() is
'The cases, but deleted ones, to which the caller is assigned in the way of its role, or its organisation is linked. None for
an officer, who reaches a whole court. For policies, evaluated once for a table: on core.cases as = any ((select ...)::uuid[]), by
which an index finds all of them; on side tables as in (select unnest(...)), a hashed filter, by which it does not: rows are
found by what the query asks for, however many cases somebody reaches.
Definer: policies that read each other''s tables recurse.';

revoke all on function core.reached_case_ids() from public;
grant execute on function core.reached_case_ids() to casefile_caller;
