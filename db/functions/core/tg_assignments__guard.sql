-- Rules for every write of an assignment
create or replace function core.tg_assignments__guard()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  -- The lock keeps out a deletion, and keeps changes in the order of the audit.
  v_case core.cases := core.lock_case(new.case_id, null);
begin
  if tg_op = 'INSERT' then
    perform core.plain_name('userId', new.user_id);
    new.id := coalesce(new.id, core.new_id());
    new.created_at := now();
    new.revoked_at := null;
    new.court_code := v_case.court_code;
    return new;
  end if;

  if old.revoked_at is not null
    or new.revoked_at is null
    or (new.id, new.case_id, new.user_id, new.assignment_type, new.created_at, new.court_code)
      is distinct from (old.id, old.case_id, old.user_id, old.assignment_type, old.created_at, old.court_code)
  then
    raise exception using errcode = 'JCFIX', message = 'An assignment can only be revoked, and only once';
  end if;

  new.revoked_at := greatest(clock_timestamp(), old.created_at);
  return new;
end;
$$;

comment on function core.tg_assignments__guard() is
'Sets the times and the court of the case; allows no change of an assignment except revoking it.
Errors: JCMIS no case within reach; those of core.plain_name; JCFIX another change.';

revoke all on function core.tg_assignments__guard() from public;

create trigger tg_assignments__guard
before insert or update on core.assignments
for each row execute function core.tg_assignments__guard();
alter table core.assignments enable always trigger tg_assignments__guard;
