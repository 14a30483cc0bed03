-- Which version new details belong to, and who created their case
create or replace function core.tg_case_details__stamp()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_present core.case_details;
begin
  select d.* into v_present
  from core.cases as c
  join core.case_details as d on d.case_id = c.id and d.version = c.details_version
  where c.id = new.case_id;

  new.version := coalesce((select c.version + 1 from core.cases as c where c.id = new.case_id), 1);
  new.created_by := coalesce(v_present.created_by, core.actor());
  return new;
end;
$$;

comment on function core.tg_case_details__stamp() is
'New details take effect with the next version of their case, and remember its creator.';

revoke all on function core.tg_case_details__stamp() from public;

drop trigger if exists tg_case_details__stamp on core.case_details;
create trigger tg_case_details__stamp
before insert on core.case_details
for each row execute function core.tg_case_details__stamp();
alter table core.case_details enable always trigger tg_case_details__stamp;
