-- The audit of every change of a case
create or replace function audit.tg_cases__audit()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_before jsonb;
  v_after jsonb := audit.case_image(new);
begin
  if tg_op = 'INSERT' then
    perform audit.append(new.id, 'case', new.id::text, 'CREATE', null, jsonb_strip_nulls(v_after));
    return null;
  end if;

  v_before := audit.case_image(old);
  perform audit.append(
    new.id,
    'case',
    new.id::text,
    case
      when new.deleted_at is not null then 'DELETE'
      when new.status <> old.status then 'STATUS_CHANGE'
      else 'UPDATE'
    end::audit.action,
    audit.changed_fields(v_before, v_after),
    audit.changed_fields(v_after, v_before)
  );

  return null;
end;
$$;

comment on function audit.tg_cases__audit() is
'Writes one entry for each change, however it is made. Definer: nothing else may write entries.';

revoke all on function audit.tg_cases__audit() from public;

create trigger tg_cases__audit
after insert or update on core.cases
for each row execute function audit.tg_cases__audit();
alter table core.cases enable always trigger tg_cases__audit;
