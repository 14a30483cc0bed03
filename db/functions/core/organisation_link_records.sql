-- Organisation links, as their caller sees them
create or replace function core.organisation_link_records()
returns setof api.organisation_link
language sql
stable
security invoker
as $$
  select l.case_id, l.organisation_id, l.organisation_type::text, l.linked_at, l.linked_by
  from core.organisation_links as l
  where l.unlinked_at is null;
$$;

comment on function core.organisation_link_records() is
'All active links within reach. The planner inlines it into the calling query.';

revoke all on function core.organisation_link_records() from public;
grant execute on function core.organisation_link_records() to casefile_caller;
