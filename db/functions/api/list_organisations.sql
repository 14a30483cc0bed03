-- GET /api/cases/{id}/organisations
create or replace function api.list_organisations(p_case_id uuid)
returns api.organisation_link[]
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_case core.cases := core.find_case(p_case_id);
begin
  return array(
    select r from core.organisation_link_records() as r where r.case_id = v_case.id order by r.created_at, r.organisation_id
  );
end;
$$;

comment on function api.list_organisations(uuid) is
'The organisations linked to a case.
Errors: 42501 not for this role; JCMIS no case within reach.';

revoke all on function api.list_organisations(uuid) from public;
grant execute on function api.list_organisations(uuid)
  to hmcts_case_officer, casefile_professional;
