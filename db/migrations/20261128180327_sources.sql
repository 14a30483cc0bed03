-- migrate:up

-- Written by scripts/gen-migration: what the sources in db/ say anew.

-- Bodies may name functions that come later.
set local check_function_bodies = off;

drop policy select_reached on audit.entries;
drop policy update_reached on core.cases;
drop policy select_reached on core.assignments;
drop policy select_reached on core.case_details;
drop policy select_reached on core.case_participants;
drop policy select_reached on core.cases;
drop policy select_reached on core.documents;
drop policy select_reached on core.organisation_links;
drop policy select_reached on core.status_changes;
drop policy select_own on core.assignments;
drop policy select_own on core.documents;
drop function core.reached_case_ids();

-- db/tables/core.case_reach.sql
comment on table core.case_reach is
'Who reaches a case by name: what its active assignments and links say, of cases that are not deleted. Written by their triggers alone.
A case may be reached in two ways: by a social worker''s own assignment, and by the link of its authority.';

comment on column core.case_reach.way is
'By which type of assignment or of organisation: each counts for one role alone, as the policies say.';
comment on column core.case_reach.reached_by is 'The user who is assigned, or the organisation that is linked.';
comment on column core.case_reach.created_at is 'When the case was created, which never changes: a list of them opens with the newest.';

-- db/functions/core/count_cases.sql
-- How many cases somebody reaches
create or replace function core.count_cases()
returns bigint
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  -- Whoever is shown tallies reaches all that they count; everybody else reaches cases by name.
  return coalesce(
    (select sum(s.case_count) from core.case_number_series as s),
    (select count(distinct r.case_id) from core.case_reach as r)
  );
end;
$$;

-- db/functions/core/find_reach_faults.sql
-- Whether those reach a case by name who are tied to it
create or replace function core.find_reach_faults(p_from uuid, p_to uuid)
returns table (case_id uuid, problem text)
language sql
stable
security invoker
set search_path = ''
-- Case by case: how few cases are asked for is not known when this is planned.
set enable_hashjoin = off
set enable_mergejoin = off
as $$
  with reach as (
    select r.case_id, r.way, r.reached_by, r.created_at
    from core.case_reach as r
    where r.case_id between p_from and p_to
  ),
  ties as (
    select t.case_id, t.way, t.reached_by, t.created_at
    from core.ties() as t
    where t.case_id between p_from and p_to
  )
  select t.case_id, concat_ws(' ', t.way, t.reached_by, 'does not reach it')
  from (select * from ties except select * from reach) as t
  union all
  select r.case_id, concat_ws(' ', r.way, r.reached_by, 'reaches it, and is not tied to it')
  from (select * from reach except select * from ties) as r;
$$;

comment on function core.find_reach_faults(uuid, uuid) is
'For DBAs, of the cases from one id to another: where core.case_reach is not what assignments and links say. No row when all is well.';
revoke all on function core.find_reach_faults(uuid, uuid) from public;
grant execute on function core.find_reach_faults(uuid, uuid) to casefile_backup;

-- db/policies/audit.entries.sql
create policy select_reached on audit.entries for select
to judge_legal_adviser
using (exists (select from core.case_reach as r where r.case_id = entries.case_id offset 0));

comment on policy select_reached on audit.entries is
'A judge, of the cases that it reaches.';

-- db/policies/core.assignments.sql
create policy select_reached on core.assignments for select
to casefile_professional
using (exists (select from core.case_reach as r where r.case_id = assignments.case_id offset 0));

comment on policy select_reached on core.assignments is
'Everybody else, of the cases that it reaches; an adopter by select_own.';

create policy select_own on core.assignments for select
to adopter
using (
  user_id = (select core.claim('user_id'))
  and revoked_at is null
  and exists (select from core.case_reach as r where r.case_id = assignments.case_id offset 0)
);
comment on policy select_own on core.assignments is 'An adopter sees its own active assignments and nobody else''s.';
comment on policy select_to_owner on core.assignments is 'core.ties and core.gather_participants look who is tied to a case.';

-- db/policies/core.case_details.sql
create policy select_reached on core.case_details for select
to casefile_professional
using (exists (select from core.case_reach as r where r.case_id = case_details.case_id offset 0));

comment on policy select_reached on core.case_details is
'Everybody else, of the cases that it reaches. None for adopters: that is their redaction.';

-- db/policies/core.case_participants.sql
create policy select_reached on core.case_participants for select
to casefile_professional
using (exists (select from core.case_reach as r where r.case_id = case_participants.case_id offset 0));

comment on policy select_reached on core.case_participants is
'Everybody else, of the cases that it reaches. None for adopters: that is their redaction.';

-- db/policies/core.case_reach.sql
-- Who reaches a case by name, and in which way. The policies of cases and of their side tables ask these.

alter table core.case_reach enable row level security;
alter table core.case_reach force row level security;

create policy select_of_judge on core.case_reach for select
to judge_legal_adviser
using (reached_by = (select core.claim('user_id')) and way = 'JUDICIAL');
comment on policy select_of_judge on core.case_reach is 'A judge reaches the cases of its active judicial assignments.';

create policy select_of_cafcass_officer on core.case_reach for select
to cafcass_officer
using (reached_by = (select core.claim('user_id')) and way = 'CAFCASS');
comment on policy select_of_cafcass_officer on core.case_reach is 'A Cafcass officer, those of its active assignments.';

create policy select_of_social_worker on core.case_reach for select
to la_social_worker
using (reached_by = (select core.claim('user_id')) and way = 'SOCIAL_WORKER');
comment on policy select_of_social_worker on core.case_reach is 'A social worker, those of its active assignments,';

create policy select_of_authority on core.case_reach for select
to la_social_worker
using (reached_by = (select core.claim('organisation_id')) and way = 'LOCAL_AUTHORITY');
comment on policy select_of_authority on core.case_reach is 'and those that its local authority is linked to.';

create policy select_of_agency on core.case_reach for select
to vaa_worker
using (reached_by = (select core.claim('organisation_id')) and way = 'VOLUNTARY_AGENCY');
comment on policy select_of_agency on core.case_reach is 'An agency worker, those that its agency is linked to.';

create policy select_of_applicant on core.case_reach for select
to adopter
using (reached_by = (select core.claim('user_id')) and way = 'APPLICANT');
comment on policy select_of_applicant on core.case_reach is 'An adopter, those in which it applies.';

create policy all_to_owner on core.case_reach for all
to casefile_owner
using (true) with check (true);
comment on policy all_to_owner on core.case_reach is 'core.gather_reach alone writes them, for the triggers that call it.';
revoke all on core.case_reach from public;
grant select on core.case_reach to casefile_caller;

-- db/policies/core.cases.sql
create policy select_reached on core.cases for select
to casefile_professional, adopter
using (exists (select from core.case_reach as r where r.case_id = cases.id offset 0));

comment on policy select_reached on core.cases is
'Everybody else reaches the cases of its active assignments, or of its organisation, by the policies of core.case_reach.';
comment on policy select_to_owner on core.cases is 'audit.explain_refusal tells a case out of reach from none; core.ties leaves out deleted ones.';

create policy update_reached on core.cases for update
to judge_legal_adviser
using (exists (select from core.case_reach as r where r.case_id = cases.id offset 0));

comment on policy update_reached on core.cases is
'A judge moves the cases of its active judicial assignments.';

-- db/policies/core.documents.sql
create policy select_reached on core.documents for select
to casefile_professional
using (deleted_at is null and exists (select from core.case_reach as r where r.case_id = documents.case_id offset 0));
comment on policy select_reached on core.documents is 'Everybody else, of the cases that it reaches.';

create policy select_own on core.documents for select
to adopter
using (
  deleted_at is null
  and uploaded_by = (select core.claim('user_id'))
  and exists (select from core.case_reach as r where r.case_id = documents.case_id offset 0)
);
comment on policy select_own on core.documents is 'An adopter sees what it uploaded itself.';

-- db/policies/core.organisation_links.sql
create policy select_reached on core.organisation_links for select
to casefile_professional
using (exists (select from core.case_reach as r where r.case_id = organisation_links.case_id offset 0));

comment on policy select_reached on core.organisation_links is
'Everybody else, of the cases that it reaches. None for adopters: that is their redaction.';
comment on policy select_to_owner on core.organisation_links is 'core.ties and core.gather_participants look who is tied to a case.';

-- db/policies/core.status_changes.sql
create policy select_reached on core.status_changes for select
to casefile_professional, adopter
using (exists (select from core.case_reach as r where r.case_id = status_changes.case_id offset 0));

comment on policy select_reached on core.status_changes is
'Everybody else, of the cases that it reaches.';

-- migrate:down

-- Bodies may name functions that come later.
set local check_function_bodies = off;

drop policy select_reached on audit.entries;
drop policy select_reached on core.assignments;
drop policy select_own on core.assignments;
drop policy select_reached on core.case_details;
drop policy select_reached on core.case_participants;
drop policy select_of_judge on core.case_reach;
drop policy select_of_cafcass_officer on core.case_reach;
drop policy select_of_social_worker on core.case_reach;
drop policy select_of_authority on core.case_reach;
drop policy select_of_agency on core.case_reach;
drop policy select_of_applicant on core.case_reach;
drop policy all_to_owner on core.case_reach;
drop policy select_reached on core.cases;
drop policy update_reached on core.cases;
drop policy select_reached on core.documents;
drop policy select_own on core.documents;
drop policy select_reached on core.organisation_links;
drop policy select_reached on core.status_changes;
drop function core.find_reach_faults(uuid, uuid);
revoke select on table core.case_reach from casefile_caller;
comment on table core.case_reach is null;
comment on column core.case_reach.way is null;
comment on column core.case_reach.reached_by is null;
comment on column core.case_reach.created_at is null;

-- db/functions/core/count_cases.sql
-- How many cases somebody reaches
create or replace function core.count_cases()
returns bigint
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  -- Whoever is shown tallies reaches all that they count; everybody else reaches cases by name.
  return coalesce(
    (select sum(s.case_count) from core.case_number_series as s),
    (select count(distinct r.case_id) from unnest(core.reached_case_ids()) as r (case_id))
  );
end;
$$;

-- db/functions/core/reached_case_ids.sql
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

-- db/policies/audit.entries.sql
create policy select_reached on audit.entries for select
to judge_legal_adviser
using (case_id in (select unnest(core.reached_case_ids())));

comment on policy select_reached on audit.entries is
'A judge, of the cases that it reaches.';

-- db/policies/core.assignments.sql
comment on policy select_to_owner on core.assignments is 'core.reached_case_ids looks up the caller''s memberships.';

create policy select_reached on core.assignments for select
to casefile_professional
using (case_id in (select unnest(core.reached_case_ids())));

comment on policy select_reached on core.assignments is
'Everybody else, of the cases that it reaches; an adopter by select_own.';

create policy select_own on core.assignments for select
to adopter
using (
  user_id = (select core.claim('user_id'))
  and revoked_at is null
  and case_id in (select unnest(core.reached_case_ids()))
);
comment on policy select_own on core.assignments is 'An adopter sees its own active assignments and nobody else''s.';

-- db/policies/core.cases.sql
comment on policy select_to_owner on core.cases is 'audit.explain_refusal tells a case out of reach from none; core.reached_case_ids leaves out deleted ones.';

create policy update_reached on core.cases for update
to judge_legal_adviser
using (id = any ((select core.reached_case_ids())::uuid[]));

comment on policy update_reached on core.cases is
'A judge moves the cases of its active judicial assignments.';

create policy select_reached on core.cases for select
to casefile_professional, adopter
using (id = any ((select core.reached_case_ids())::uuid[]));

comment on policy select_reached on core.cases is
'Everybody else reaches the cases of its active assignments, or of its organisation.';

-- db/policies/core.organisation_links.sql
comment on policy select_to_owner on core.organisation_links is 'core.reached_case_ids looks up the caller''s memberships.';

create policy select_reached on core.organisation_links for select
to casefile_professional
using (case_id in (select unnest(core.reached_case_ids())));

comment on policy select_reached on core.organisation_links is
'Everybody else, of the cases that it reaches. None for adopters: that is their redaction.';

-- db/policies/core.case_details.sql
create policy select_reached on core.case_details for select
to casefile_professional
using (case_id in (select unnest(core.reached_case_ids())));

comment on policy select_reached on core.case_details is
'Everybody else, of the cases that it reaches. None for adopters: that is their redaction.';

-- db/policies/core.case_participants.sql
create policy select_reached on core.case_participants for select
to casefile_professional
using (case_id in (select unnest(core.reached_case_ids())));

comment on policy select_reached on core.case_participants is
'Everybody else, of the cases that it reaches. None for adopters: that is their redaction.';

-- db/policies/core.documents.sql
create policy select_reached on core.documents for select
to casefile_professional
using (deleted_at is null and case_id in (select unnest(core.reached_case_ids())));
comment on policy select_reached on core.documents is 'Everybody else, of the cases that it reaches.';

create policy select_own on core.documents for select
to adopter
using (
  deleted_at is null
  and uploaded_by = (select core.claim('user_id'))
  and case_id in (select unnest(core.reached_case_ids()))
);
comment on policy select_own on core.documents is 'An adopter sees what it uploaded itself.';

-- db/policies/core.status_changes.sql
create policy select_reached on core.status_changes for select
to casefile_professional, adopter
using (case_id in (select unnest(core.reached_case_ids())));

comment on policy select_reached on core.status_changes is
'Everybody else, of the cases that it reaches.';
