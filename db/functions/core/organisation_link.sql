-- A link of an organisation, as an answer shows it
create or replace function core.organisation_link(p_link core.organisation_links)
returns api.organisation_link
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  return row(
    p_link.case_id, p_link.organisation_id, p_link.organisation_type::text, p_link.linked_at, p_link.linked_by
  )::api.organisation_link;
end;
$$;

comment on function core.organisation_link(core.organisation_links) is 'The link in the words of the API.';

revoke all on function core.organisation_link(core.organisation_links) from public;
grant execute on function core.organisation_link(core.organisation_links) to casefile_caller;
