-- No number without its case
create or replace function core.tg_case_number_series__in_use()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  if not exists (
    select from core.cases as c
    where c.court_code = new.court_code and c.number_year = new.year and c.number_sequence = new.last_number
  ) and not exists (
    select from core.case_number_gaps as g
    where g.court_code = new.court_code and g.year = new.year and g.last_number = new.last_number
  ) then
    raise exception using errcode = 'JCFIX', message = 'A case number can be taken only for a new case';
  end if;

  return null;
end;
$$;

comment on function core.tg_case_number_series__in_use() is
'Checks at the end of the transaction that the number is that of a case, or the last of a gap left by a restore. An insert that was
skipped (on conflict do nothing) would leave a gap.
Errors: JCFIX it is not.';

revoke all on function core.tg_case_number_series__in_use() from public;

create constraint trigger tg_case_number_series__in_use
after insert or update of last_number on core.case_number_series
deferrable initially deferred
for each row execute function core.tg_case_number_series__in_use();
alter table core.case_number_series enable always trigger tg_case_number_series__in_use;
