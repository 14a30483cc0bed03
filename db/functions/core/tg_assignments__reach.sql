-- The reach that an assignment gives
create or replace function core.tg_assignments__reach()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform core.gather_reach(array[new.case_id]);
  return null;
end;
$$;

comment on function core.tg_assignments__reach() is
'Gathers core.case_reach again when a user is assigned or revoked. core.tg_assignments__guard has locked the case, so that nobody
is missed. Definer: callers may not write it.';

revoke all on function core.tg_assignments__reach() from public;

create trigger tg_assignments__reach
after insert or update on core.assignments
for each row execute function core.tg_assignments__reach();
alter table core.assignments enable always trigger tg_assignments__reach;
