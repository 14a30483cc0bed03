-- How a refusal that is recorded may change
create or replace function audit.tg_refusals__guard()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  -- Compares whole rows, so that later columns are protected as well.
  old.times := old.times + 1;

  if new is distinct from old then
    raise exception using errcode = 'JCAPP', message = 'Only the count of a recorded refusal can change';
  end if;

  return new;
end;
$$;

comment on function audit.tg_refusals__guard() is
'Allows a refusal to be counted once more, and refuses every other change, also to the owner and superusers.
Errors: JCAPP another change.';

revoke all on function audit.tg_refusals__guard() from public;

create trigger tg_refusals__guard
before update on audit.refusals
for each row execute function audit.tg_refusals__guard();
alter table audit.refusals enable always trigger tg_refusals__guard;
