-- GET /api/cases/{id}
create or replace function api.get_case(p_case_id uuid)
returns api.case_read
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_record api.case_record := core.case_record(p_case_id);
begin
  if v_record.id is null then
    raise exception using errcode = 'JCMIS', message = 'Case not found';
  end if;

  return row(v_record, core.status_history(p_case_id))::api.case_read;
end;
$$;

comment on function api.get_case(uuid) is
'A case with the history of its status.
Errors: JCMIS no case within reach.';

revoke all on function api.get_case(uuid) from public;
grant execute on function api.get_case(uuid) to casefile_caller;
