-- One case, as its caller may see it
create or replace function core.case_record(p_case_id uuid)
returns api.case_record
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_record api.case_record;
begin
  select * into v_record from core.case_records(array[p_case_id]);
  return v_record;
end;
$$;

comment on function core.case_record(uuid) is 'core.case_records of one case.';

revoke all on function core.case_record(uuid) from public;
grant execute on function core.case_record(uuid) to casefile_caller;
