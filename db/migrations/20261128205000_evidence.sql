-- migrate:up

-- In which form the digest of an entry is made. What is there has the first: a constant default rewrites nothing. Old functions go on
-- with the first form, by this trigger, until db/migrations/*_sources.sql takes it down.
-- squawk-ignore prefer-bigint-over-smallint
alter table audit.entries add column digest_form smallint not null default 1;

create function audit.tg_first_form_meanwhile()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  new.digest_form := coalesce(new.digest_form, 1);
  return new;
end;
$$;

revoke all on function audit.tg_first_form_meanwhile() from public;

create trigger tg_entries__first_form_meanwhile before insert on audit.entries
for each row execute function audit.tg_first_form_meanwhile();
alter table audit.entries enable always trigger tg_entries__first_form_meanwhile;

-- migrate:down

drop trigger tg_entries__first_form_meanwhile on audit.entries;
drop function audit.tg_first_form_meanwhile();
alter table audit.entries drop column digest_form;
