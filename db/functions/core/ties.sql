-- The users and organisations of a case
create or replace function core.ties()
returns table (case_id uuid, way text, reached_by text, created_at timestamptz)
language sql
stable
security invoker
-- Without a search path, so that it is inlined into queries for some cases.
as $$
  select c.id, a.assignment_type::text, a.user_id, c.created_at
  from core.assignments as a
  join core.cases as c on c.id = a.case_id
  where a.revoked_at is null and c.deleted_at is null
  union all
  select c.id, l.organisation_type::text, l.organisation_id, c.created_at
  from core.organisation_links as l
  join core.cases as c on c.id = l.case_id
  where l.unlinked_at is null and c.deleted_at is null;
$$;

comment on function core.ties() is
'The active assignments and links of the cases that are not deleted, in the form of core.case_reach.';

revoke all on function core.ties() from public;
grant execute on function core.ties() to casefile_backup;
