-- Tables and their parts.
select 'table' as kind, name as object,
  concat_ws(e'\n',
    format('kind %s, owner %s, row security %s, forced %s', relkind, relowner::regrole, relrowsecurity, relforcerowsecurity),
    case relpersistence when 'u' then 'unlogged' end,
    'options ' || array_to_string(reloptions, ', '),
    'options of toast ' || (select array_to_string(t.reloptions, ', ') from pg_class t where t.oid = r.reltoastrelid),
    'replica identity ' || case when relkind in ('r', 'p') then
      case relreplident when 'f' then 'full' when 'i' then 'an index' when 'n' then 'nothing' end end,
    'tablespace ' || (select spcname from pg_tablespace s where s.oid = r.reltablespace),
    'access method ' || (select amname from pg_am m where m.oid = r.relam and amname <> 'heap'),
    'inherits from ' || (select string_agg(inhparent::regclass::text, ', ' order by inhseqno) from pg_inherits where inhrelid = r.oid),
    'partition ' || pg_get_expr(relpartbound, oid),
    case when relkind in ('v', 'm') then pg_get_viewdef(oid) end) as definition
from relations r
where relkind in ('r', 'p', 'v', 'm', 'f', 'S')

union all
select 'column', c.name,
  concat_ws(' ', format_type(c.atttypid, c.atttypmod),
    case when c.attnotnull then 'not null' end,
    -- From version 18 on "not null" can be not valid.
    (select 'not valid' from pg_constraint n
     where n.contype = 'n' and n.conrelid = c.attrelid and n.conkey = array[c.attnum] and not n.convalidated),
    'collation ' || (select quote_ident(o.collname) from pg_collation o where o.oid = c.attcollation and o.oid <> t.typcollation),
    'identity ' || nullif(c.attidentity::text, ''),
    'generated ' || nullif(c.attgenerated::text, ''),
    'default ' || pg_get_expr(d.adbin, d.adrelid),
    'storage ' || case when c.attstorage <> t.typstorage then c.attstorage::text end,
    -- From version 14 on.
    'compression ' || nullif(to_jsonb(c) ->> 'attcompression', ''),
    'statistics ' || nullif(c.attstattarget, -1),
    'options ' || array_to_string(c.attoptions, ', '))
from columns c
join pg_type t on t.oid = c.atttypid
left join pg_attrdef d on d.adrelid = c.attrelid and d.adnum = c.attnum

-- From version 18 on a column's "not null" is a constraint of its own; the column says it already. Whether one is
-- deferrable or not valid, PostgreSQL says with its definition.
union all
select 'constraint', format('%I on %s', conname, coalesce(r.name, contypid::regtype::text)), pg_get_constraintdef(k.oid)
from pg_constraint k
left join relations r on r.oid = k.conrelid
where contype not in ('n', 't') and (r.oid is not null or k.contypid in (select oid from types))

union all
select 'index', r.name,
  concat_ws(e'\n', pg_get_indexdef(r.oid),
    case when not i.indisvalid then 'not valid: queries do not use it' end,
    case when not i.indisready then 'not ready: writes do not reach it' end,
    case when i.indisclustered then 'the table is clustered by it' end,
    case when i.indisreplident then 'the replica identity of the table' end,
    'tablespace ' || (select spcname from pg_tablespace s where s.oid = r.reltablespace))
from relations r
join pg_index i on i.indexrelid = r.oid

union all
select 'sequence', r.name,
  format('%s from %s by %s, %s to %s, cycle %s, cache %s, owned by %s',
    seqtypid::regtype, seqstart, seqincrement, seqmin, seqmax, seqcycle, seqcache,
    coalesce((
      select format('%s.%I', d.refobjid::regclass, a.attname)
      from pg_depend d
      join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
      where d.classid = 'pg_class'::regclass and d.objid = r.oid and d.refclassid = 'pg_class'::regclass
    ), 'nobody'))
from pg_sequence q
join relations r on r.oid = q.seqrelid

union all
select 'trigger', format('%I on %s', t.tgname, r.name), format('%s, %s', pg_get_triggerdef(t.oid), f.word)
from pg_trigger t
join relations r on r.oid = t.tgrelid
join firing f on f.letter = t.tgenabled
where not t.tgisinternal

-- PostgreSQL enforces foreign keys and deferred unique constraints with these. Their names contain numbers.
union all
select 'triggers of constraint', format('%I on %s', k.conname, k.conrelid::regclass),
  string_agg(format('%s on %s: %s', t.tgfoid::regproc, r.name, f.word), e'\n' order by t.tgfoid::regproc::text, r.name)
from pg_trigger t
join relations r on r.oid = t.tgrelid
join pg_constraint k on k.oid = t.tgconstraint
join firing f on f.letter = t.tgenabled
where t.tgisinternal
group by k.conname, k.conrelid

union all
select 'policy', format('%I on %s', p.polname, r.name),
  format('%s for %s to %s%s%s', case when p.polpermissive then 'permissive' else 'restrictive' end, p.polcmd,
    (select string_agg(case u when 0 then 'public' else u::regrole::text end, ', ' order by u::regrole::text)
     from unnest(p.polroles) u),
    e'\nusing ' || pg_get_expr(p.polqual, p.polrelid), e'\nwith check ' || pg_get_expr(p.polwithcheck, p.polrelid))
from pg_policy p
join relations r on r.oid = p.polrelid
where p.oid not in (select oid from reading_policies)

-- The rule _RETURN makes a view.
union all
select 'rule', format('%I on %s', w.rulename, r.name), format('%s, %s', pg_get_ruledef(w.oid), f.word)
from pg_rewrite w
join relations r on r.oid = w.ev_class
join firing f on f.letter = w.ev_enabled
where w.rulename <> '_RETURN' or r.relkind not in ('v', 'm')

union all
select 'statistics', format('%s on %s', s.stxname, r.name), pg_get_statisticsobjdef(s.oid)
from pg_statistic_ext s
join relations r on r.oid = s.stxrelid
