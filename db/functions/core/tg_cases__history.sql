-- The history of a case's status
create or replace function core.tg_cases__history()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  insert into core.status_changes (case_id, court_code, from_status, to_status, changed_at)
  values (new.id, new.court_code, old.status, new.status, new.updated_at)
  returning id into new.status_change_id;

  insert into core.status_change_particulars (status_change_id, case_id, court_code, changed_by, reason)
  values (new.status_change_id, new.id, new.court_code, core.actor(), core.trimmed(new.status_reason));

  new.status_reason := null;
  return new;
end;
$$;

comment on function core.tg_cases__history() is
'Writes the change of status, and moves its reason to where adopters do not see it. Definer: callers may not write history.';

revoke all on function core.tg_cases__history() from public;

-- After tg_cases__guard: triggers fire in the order of their names.
create trigger tg_cases__history
before update on core.cases
for each row when (new.status <> old.status)
execute function core.tg_cases__history();
alter table core.cases enable always trigger tg_cases__history;
