-- The case must use its new details
create or replace function core.tg_case_details__in_use()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  if not exists (
    select from core.cases as c
    where c.id = new.case_id and c.details_version >= new.version
  ) then
    raise exception using
      errcode = 'JCFIX',
      message = 'New details need an update of their case';
  end if;

  return null;
end;
$$;

comment on function core.tg_case_details__in_use() is
'Checks at the end of the transaction that the case uses its new details, so that they are versioned and audited with it.
Errors: JCFIX they are not used, or the case is not within reach.';

revoke all on function core.tg_case_details__in_use() from public;

create constraint trigger tg_case_details__in_use
after insert on core.case_details
deferrable initially deferred
for each row execute function core.tg_case_details__in_use();
alter table core.case_details enable always trigger tg_case_details__in_use;
