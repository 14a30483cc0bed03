-- The cases to which the caller's organisation is linked
create or replace function core.linked_case_ids(p_organisation_type core.organisation_type)
returns setof uuid
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return query
  select l.case_id
  from core.organisation_links as l
  where l.organisation_id = current_setting('casefile.organisation_id', true)
    and l.organisation_type = p_organisation_type
    and l.unlinked_at is null;
end;
$$;

comment on function core.linked_case_ids(core.organisation_type) is
'The active links of the caller''s own organisation, for policies. Definer: policies that read each other''s tables recurse.';

revoke all on function core.linked_case_ids(core.organisation_type) from public;
grant execute on function core.linked_case_ids(core.organisation_type) to casefile_caller;
