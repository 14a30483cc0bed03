-- The audit of every change of an assignment
create or replace function audit.tg_assignments__audit()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_image jsonb := jsonb_build_object('userId', new.user_id, 'assignmentType', new.assignment_type);
begin
  perform audit.append(
    new.case_id,
    'assignment',
    new.id::text,
    case tg_op when 'INSERT' then 'ASSIGNMENT_CREATE' else 'ASSIGNMENT_REVOKE' end::audit.action,
    case tg_op when 'UPDATE' then v_image end,
    case tg_op when 'INSERT' then v_image end
  );

  return null;
end;
$$;

comment on function audit.tg_assignments__audit() is
'Writes one entry for each change, however it is made. Definer: nothing else may write entries.';

revoke all on function audit.tg_assignments__audit() from public;

create trigger tg_assignments__audit
after insert or update on core.assignments
for each row execute function audit.tg_assignments__audit();
alter table core.assignments enable always trigger tg_assignments__audit;
