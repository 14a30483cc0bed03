-- The reach that a link gives
create or replace function core.tg_organisation_links__reach()
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

comment on function core.tg_organisation_links__reach() is
'Gathers core.case_reach again when an organisation is linked or unlinked. core.tg_organisation_links__guard has locked the case,
so that none is missed. Definer: callers may not write it.';

revoke all on function core.tg_organisation_links__reach() from public;

create trigger tg_organisation_links__reach
after insert or update on core.organisation_links
for each row execute function core.tg_organisation_links__reach();
alter table core.organisation_links enable always trigger tg_organisation_links__reach;
