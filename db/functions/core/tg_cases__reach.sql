-- Nobody reaches a deleted case by name
create or replace function core.tg_cases__reach()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform core.gather_reach(array[new.id]);
  return null;
end;
$$;

comment on function core.tg_cases__reach() is
'Removes a deleted case from core.case_reach. Definer: callers may not write it.';

revoke all on function core.tg_cases__reach() from public;

create trigger tg_cases__reach
after update on core.cases
for each row when (old.deleted_at is null and new.deleted_at is not null)
execute function core.tg_cases__reach();
alter table core.cases enable always trigger tg_cases__reach;
