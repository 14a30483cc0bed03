-- GET /api/cases/{id}
create or replace function api.get_case(p_case_id uuid)
returns api.case_read
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_answer api.case_read;
begin
  select r, array(select h from core.status_history(p_case_id) as h) into v_answer.case_record, v_answer.history
  from core.case_records() as r
  where r.id = p_case_id;

  if not found then
    raise exception using errcode = 'JCMIS', message = 'Case not found';
  end if;

  return v_answer;
end;
$$;

comment on function api.get_case(uuid) is
'A case with the history of its status.
Errors: JCMIS no case within reach.';

revoke all on function api.get_case(uuid) from public;
grant execute on function api.get_case(uuid) to casefile_caller;
