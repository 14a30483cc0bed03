-- A case within the caller's reach
create or replace function core.find_case(p_case_id uuid)
returns core.cases
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_case core.cases;
begin
  select * into v_case
  from core.cases as c
  where c.id = p_case_id and c.deleted_at is null;

  if not found then
    raise exception using errcode = 'JCMIS', message = 'Case not found';
  end if;

  return v_case;
end;
$$;

comment on function core.find_case(uuid) is
'The case, if the caller reaches it and it is not deleted.
Errors: JCMIS no case within reach.';

revoke all on function core.find_case(uuid) from public;
grant execute on function core.find_case(uuid) to casefile_caller;
