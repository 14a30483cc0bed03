-- The version, court and case creator of new details
create or replace function core.tg_case_details__stamp()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_case core.cases;
begin
  -- Locks the case before its details, like api.update_case.
  select * into v_case
  from core.cases as c
  where c.id = new.case_id
  for no key update;

  -- Before the case exists: from its officer, or as stated without a session.
  new.court_code := coalesce(v_case.court_code, nullif(core.claim('court_code'), ''), new.court_code);
  new.version := coalesce(v_case.version + 1, 1);
  new.created_by := coalesce(
    (select d.created_by from core.case_details as d where d.case_id = v_case.id and d.version = v_case.details_version),
    core.actor()
  );
  return new;
end;
$$;

comment on function core.tg_case_details__stamp() is
'New details take effect with the next version of their case, and remember its creator and its court.';

revoke all on function core.tg_case_details__stamp() from public;

create trigger tg_case_details__stamp
before insert on core.case_details
for each row execute function core.tg_case_details__stamp();
alter table core.case_details enable always trigger tg_case_details__stamp;
