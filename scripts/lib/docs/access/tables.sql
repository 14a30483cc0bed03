-- All tables to try, with their columns. A view has no rows of its own, and would have to be tried in another way.
create table fixture.tables as
select c.oid::regclass as tab, c.oid::regclass::text as name, c.relkind
from pg_class as c
join pg_namespace as n on n.oid = c.relnamespace
where c.relowner = 'casefile_owner'::regrole and c.relkind in ('r', 'p', 'v', 'm', 'f');

do $$
declare
  v_name text;
begin
  select t.name into v_name from fixture.tables as t where t.relkind not in ('r', 'p') limit 1;
  if found then raise exception '% is no table: the access matrix has to learn how to try it', v_name; end if;
end;
$$;

create table fixture.columns as
select t.tab, a.attname as name, a.attnum as place, a.atttypid::regtype::text as type, a.attgenerated <> '' as computed, y.typtype = 'e' as is_word
from fixture.tables as t
join pg_attribute as a on a.attrelid = t.tab and a.attnum > 0 and not a.attisdropped
join pg_type as y on y.oid = a.atttypid;
grant select on fixture.tables, fixture.columns to public;
