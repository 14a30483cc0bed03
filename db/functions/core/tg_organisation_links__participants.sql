-- The organisations that take part in a case
create or replace function core.tg_organisation_links__participants()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform core.gather_participants(array[new.case_id]);
  return null;
end;
$$;

comment on function core.tg_organisation_links__participants() is
'Gathers the participants again when an organisation is linked or unlinked. core.tg_organisation_links__guard has locked the case,
so that none are missed. Definer: callers may not write them.';

revoke all on function core.tg_organisation_links__participants() from public;

create trigger tg_organisation_links__participants
after insert or update on core.organisation_links
for each row execute function core.tg_organisation_links__participants();
alter table core.organisation_links enable always trigger tg_organisation_links__participants;
