-- How a case came to its status
create or replace function core.status_history(p_case_id uuid)
returns api.status_history_entry[]
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return (
    select coalesce(
      array_agg(
        row(s.from_status::text, s.to_status::text, s.changed_at, p.changed_by)::api.status_history_entry order by s.id
      ),
      '{}'
    )
    from core.status_changes as s
    left join core.status_change_particulars as p on p.status_change_id = s.id
    where s.case_id = p_case_id
  );
end;
$$;

comment on function core.status_history(uuid) is
'The changes of status, oldest first; without names where core.status_change_particulars shows the caller nothing.';

revoke all on function core.status_history(uuid) from public;
grant execute on function core.status_history(uuid) to casefile_caller;
