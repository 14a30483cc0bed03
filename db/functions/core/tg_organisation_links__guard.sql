-- Rules for every write of an organisation link
create or replace function core.tg_organisation_links__guard()
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
    perform core.plain_name('organisationId', new.organisation_id);
    new.id := coalesce(new.id, core.new_id());
    new.linked_at := now();
    new.linked_by := core.actor();
    new.unlinked_at := null;
    new.unlinked_by := null;
    new.court_code := v_case.court_code;
    return new;
  end if;

  if old.unlinked_at is not null
    or new.unlinked_at is null
    or (new.id, new.case_id, new.organisation_id, new.organisation_type, new.linked_at, new.linked_by, new.court_code)
      is distinct from
      (old.id, old.case_id, old.organisation_id, old.organisation_type, old.linked_at, old.linked_by, old.court_code)
  then
    raise exception using errcode = 'JCFIX', message = 'A link to an organisation can only be ended, and only once';
  end if;

  new.unlinked_at := greatest(clock_timestamp(), old.linked_at);
  new.unlinked_by := core.actor();
  return new;
end;
$$;

comment on function core.tg_organisation_links__guard() is
'Sets user, time and the court of the case; allows no change of a link except unlinking.
Errors: JCMIS no case within reach; those of core.plain_name; JCFIX another change.';

revoke all on function core.tg_organisation_links__guard() from public;

create trigger tg_organisation_links__guard
before insert or update on core.organisation_links
for each row execute function core.tg_organisation_links__guard();
alter table core.organisation_links enable always trigger tg_organisation_links__guard;
