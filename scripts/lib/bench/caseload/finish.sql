-- The triggers again as they were, and where W6 finds its next fresh case.

do $$
declare
  v_trigger record;
begin
  for v_trigger in
    select tgrelid::regclass as of_table, tgname as name from pg_trigger where tgenabled = 'D' and not tgisinternal
  loop
    execute format('alter table %s enable always trigger %I', v_trigger.of_table, v_trigger.name);
  end loop;
end;
$$;

create schema bench;
create table bench.fresh_cases (count integer not null, taken integer not null);
insert into bench.fresh_cases values (current_setting('bench.cases')::integer / 2, 0);
