-- The users who assigned and revoked
create or replace function core.tg_assignments__particulars()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    insert into core.assignment_particulars (assignment_id, case_id, court_code, assigned_by)
    values (new.id, new.case_id, new.court_code, core.actor());
  else
    update core.assignment_particulars
    set revoked_by = core.actor()
    where assignment_id = new.id;
  end if;

  return null;
end;
$$;

comment on function core.tg_assignments__particulars() is
'Stores the users who assigned and revoked where adopters do not see them. Definer: callers may not write them.';

revoke all on function core.tg_assignments__particulars() from public;

create trigger tg_assignments__particulars
after insert or update on core.assignments
for each row execute function core.tg_assignments__particulars();
alter table core.assignments enable always trigger tg_assignments__particulars;
