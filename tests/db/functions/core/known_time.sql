\ir ../../fixtures.psql

select is(core.known_time('at', v::timestamptz), v::timestamptz, v)
from unnest('{0001-01-01 00:00:00+00,2030-01-01 09:30:00+01,9999-12-31 23:59:59.999999+00}'::text[]) as v;
select is(core.known_time('at', null), null, 'a missing time stays null');
select is(outcome(format('select core.known_time(''at'', %L)', v)), 'JCVAL', 'a time that cannot be written is refused: ' || v)
from unnest('{0001-12-31 23:59:59.999999+00 BC,4713-01-01 BC,10000-01-01 00:00:00+00,294276-12-31,infinity,-infinity}'::text[]) as v;

-- Each time that a caller may write, with every writer. The others are stamped.
create table fixture.times as
select a.attrelid::regclass::text as "table", a.attname::text as "column"
from pg_catalog.pg_attribute as a
join pg_catalog.pg_class as c on c.oid = a.attrelid and c.relkind = 'r'
where c.relnamespace in (select n.oid from pg_catalog.pg_namespace as n where n.nspname in ('api', 'core', 'audit', 'auth', 'worker'))
  and a.attnum > 0 and a.atttypid in ('timestamptz'::regtype, 'timestamp'::regtype, 'date'::regtype)
  and exists (
    select from unnest(caller_roles()) as r (name)
    where has_column_privilege(r.name, c.oid, a.attnum, 'insert') or has_column_privilege(r.name, c.oid, a.attnum, 'update')
  );
select is(
  array(select t."table" || '.' || t."column" from times as t order by 1),
  '{core.assignments.revoked_at,core.cases.deleted_at,core.cases.next_hearing,core.documents.deleted_at,core.organisation_links.unlinked_at}',
  'exactly these times may be written by callers; a new one must be checked as well'
);
grant select on fixture.times to public;
create function fixture.unreadable() returns bigint language sql security definer as $$
  select count(*)
  from (
    select c.next_hearing as t from core.cases as c
    union all select c.deleted_at from core.cases as c
    union all select a.revoked_at from core.assignments as a
    union all select d.deleted_at from core.documents as d
    union all select l.unlinked_at from core.organisation_links as l
  ) as w
  where not (w.t >= '0001-01-01 00:00:00+00' and w.t < '10000-01-01 00:00:00+00');
$$;
-- How many unreadable times a statement writes; it is undone, and if refused, writes none.
create function fixture.left_unreadable(p_statement text) returns text language plpgsql as $$
begin
  execute p_statement;
  raise exception using errcode = 'UNDO0', message = fixture.unreadable()::text;
exception
  when others then
    return case sqlstate when 'UNDO0' then sqlerrm else '0' end;
end;
$$;
select act_as('officer');
select is(left_unreadable(format('update %s set %I = %L', t."table", t."column", v)), '0', format('no caller writes a time that cannot be read: %s, %s', t."column", v))
from times as t, unnest('{infinity,-infinity,0044-03-15 BC,294276-12-31}'::text[]) as v;
select is(outcome(format('update core.cases set next_hearing = %L where id = id_of(''ours'')', v)), 'JCVAL', 'an officer cannot write such a hearing: ' || v)
from unnest('{infinity,-infinity,0044-03-15 BC,294276-12-31}'::text[]) as v;
select act_as_dba();
select is(outcome(format('update core.cases set next_hearing = %L where id = id_of(''ours'')', v)), 'JCVAL', 'a superuser cannot write such a hearing: ' || v)
from unnest('{infinity,0044-03-15 BC,294276-12-31}'::text[]) as v;

select * from finish();
rollback;
