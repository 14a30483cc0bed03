-- Gather what each role may do next
create or replace function core.tg_status_transitions__next_statuses()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  delete from core.next_statuses;

  insert into core.next_statuses (user_role, from_status, to_statuses)
  select r.user_role, t.from_status, array_agg(t.to_status::text order by t.to_status)
  from core.status_transitions as t
  cross join unnest(t.roles) as r (user_role)
  group by r.user_role, t.from_status;

  return null;
end;
$$;

comment on function core.tg_status_transitions__next_statuses() is
'Keeps core.next_statuses in step. Definer: nothing else writes it.';

revoke all on function core.tg_status_transitions__next_statuses() from public;

create trigger tg_status_transitions__next_statuses
after insert or update or delete on core.status_transitions
for each statement execute function core.tg_status_transitions__next_statuses();
alter table core.status_transitions enable always trigger tg_status_transitions__next_statuses;
