-- Keep rows for two years
create or replace function audit.tg_keep_two_years()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  if old.occurred_at >= audit.kept_since() then
    raise exception using
      errcode = 'JCAPP',
      message = format('%s of %s is refused: its rows are kept for two years', tg_op, tg_relid::regclass);
  end if;

  return old;
end;
$$;

comment on function audit.tg_keep_two_years() is
'Refuses the removal of a row less than two years old, also to the owner and superusers. auth.sweep removes older rows.
Errors: JCAPP too early.';

revoke all on function audit.tg_keep_two_years() from public;

create trigger tg_refusals__keep_two_years
before delete on audit.refusals
for each row execute function audit.tg_keep_two_years();
alter table audit.refusals enable always trigger tg_refusals__keep_two_years;

create trigger tg_sign_ins__keep_two_years
before delete on auth.sign_ins
for each row execute function audit.tg_keep_two_years();
alter table auth.sign_ins enable always trigger tg_sign_ins__keep_two_years;
