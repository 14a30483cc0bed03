-- GET /api/cases/{id}
create or replace function api.get_case(p_case_id uuid)
returns api.case_read
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_case core.cases := core.find_case(p_case_id);
begin
  return row(core.case_record(v_case.id), core.status_history(v_case.id))::api.case_read;
end;
$$;

comment on function api.get_case(uuid) is
'A case with the history of its status.
Errors: JCMIS no case within reach.';

revoke all on function api.get_case(uuid) from public;
grant execute on function api.get_case(uuid) to casefile_caller;
