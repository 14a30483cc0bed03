-- One case, as its caller may see it
create or replace function core.case_record(p_case_id uuid)
returns api.case_record
language sql
stable
security invoker
set search_path = ''
as $$
  select r from core.case_records(array[p_case_id]) as r;
$$;

comment on function core.case_record(uuid) is 'core.case_records of one case.';

revoke all on function core.case_record(uuid) from public;
grant execute on function core.case_record(uuid) to casefile_caller;
