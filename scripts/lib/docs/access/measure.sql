-- Tries and undoes a statement; returns its result.
create function fixture.attempt(p_subject integer, p_statement text) returns text language plpgsql as $$
declare
  v_count bigint;
begin
  perform fixture.become(p_subject);
  execute p_statement;
  get diagnostics v_count = row_count;
  set constraints all immediate;
  raise exception using errcode = 'UNDO0';
exception
  when others then
    return case when sqlstate <> 'UNDO0' then sqlstate when v_count > 0 then 'yes' else 'none' end;
end;
$$;

-- Privileges: PostgreSQL checks them before any row, without running the statement.
create table fixture.privileges (subject integer, tab regclass, verb text, name name, primary key (subject, tab, verb, name));

create function fixture.may_begin(p_statement text) returns boolean language plpgsql as $$
begin
  execute 'explain ' || p_statement;
  return true;
exception
  when insufficient_privilege then
    return false;
end;
$$;

create function fixture.privileges_of(p_subject integer) returns setof fixture.privileges language plpgsql as $$
declare
  v_found fixture.privileges[];
begin
  perform fixture.become(p_subject);
  select array_agg(f.privilege) into v_found
  from (
    select row(p_subject, c.tab, v.verb, c.name)::fixture.privileges as privilege
    from fixture.columns as c,
      lateral (
        values
          ('select', format('select %I from %s', c.name, c.tab)), ('insert', format('insert into %2$s (%1$I) values (default)', c.name, c.tab)),
          ('update', format('update %2$s set %1$I = default', c.name, c.tab))
      ) as v (verb, statement)
    where fixture.may_begin(v.statement)
    union all
    select row(p_subject, t.tab, 'delete', '*')::fixture.privileges from fixture.tables as t where fixture.may_begin(format('delete from %s', t.tab))
  ) as f;
  perform fixture.act_as_dba();
  return query select * from unnest(v_found);
end;
$$;

-- Readable rows, by policies alone: a role that may read one column gets the whole table meanwhile.
create function fixture.read_rows(p_subject integer, p_table regclass) returns tid[] language plpgsql as $$
declare
  v_found tid[] := '{}';
begin
  execute format('grant select on %s to %I', p_table, (select s.role from fixture.subjects as s where s.place = p_subject));
  perform fixture.become(p_subject);
  execute format('select coalesce(array_agg(t.ctid), ''{}'') from %s as t', p_table) into v_found;
  raise exception using errcode = 'UNDO0';
exception
  when sqlstate 'UNDO0' or insufficient_privilege then
    return v_found;
end;
$$;

-- A changing statement has no WHERE and reads nothing, so that only the policy of its verb applies. The first trigger of the table
-- notes which rows have passed the policy, and lets only the intended one through, if the column changes.
create table fixture.passed (place tid primary key);

create function fixture.aim_at(p_table regclass, p_place text, p_column text) returns void language sql as $$
  select
    set_config('fixture.table', coalesce(p_table::oid::text, ''), true), set_config('fixture.place', coalesce(p_place, ''), true),
    set_config('fixture.column', coalesce(p_column, ''), true);
$$;

create function fixture.probe() returns trigger language plpgsql security definer as $$
declare
  v_place text := current_setting('fixture.place', true);
  v_column text := current_setting('fixture.column', true);
begin
  if current_setting('fixture.table', true) is distinct from tg_relid::text then
    return coalesce(new, old);
  end if;
  if v_place = 'all' then
    insert into fixture.passed values (old.ctid) on conflict do nothing;
    return null;
  elsif old.ctid <> v_place::tid or tg_op = 'UPDATE' and to_jsonb(new) -> v_column is not distinct from to_jsonb(old) -> v_column then
    return null;
  end if;
  return coalesce(new, old);
end;
$$;

-- Our own triggers fire in every replication role, which only a superuser can set. Here they do not, so that the checks before them
-- can be tested alone, and a row removed without them. Then only the trigger above fires.
do $$
declare
  v_table regclass;
  v_name name;
begin
  for v_table, v_name in
    select t.tab, g.tgname from fixture.tables as t join pg_trigger as g on g.tgrelid = t.tab and g.tgenabled = 'A' and not g.tgisinternal
  loop
    execute format('alter table %s enable trigger %I', v_table, v_name);
  end loop;
  for v_table in select t.tab from fixture.tables as t loop
    execute format('create trigger "!probe" before update or delete on %s for each row execute function fixture.probe()', v_table);
    execute format('alter table %s enable always trigger "!probe"', v_table);
  end loop;
end;
$$;

create function fixture.passed_rows(p_subject integer, p_table regclass, p_statement text) returns tid[] language plpgsql as $$
declare
  v_found tid[];
begin
  perform fixture.aim_at(p_table, 'all', null), set_config('session_replication_role', 'replica', true), fixture.become(p_subject);
  execute p_statement;
  perform fixture.act_as_dba();
  select coalesce(array_agg(p.place), '{}') into v_found from fixture.passed as p;
  raise exception using errcode = 'UNDO0';
exception
  when sqlstate 'UNDO0' then
    return v_found;
end;
$$;

-- The best of several tries.
create function fixture.answer(p_outcomes text[]) returns text language sql immutable as $$
  select a.answer
  from unnest(p_outcomes) as o (outcome),
    lateral (
      select
        case when o.outcome = 'yes' then 1 when o.outcome ~ '^JC' then 2 when o.outcome ~ '^23' then 3 when o.outcome = 'none' then 4 else 5 end,
        case
          when o.outcome = 'yes' then 'yes'
          when o.outcome ~ '^JC' then 'guard ' || o.outcome
          when o.outcome ~ '^23' then 'constraint ' || o.outcome
          when o.outcome = 'none' then 'guard'
          when o.outcome = '42501' then 'policy'
          else 'error ' || o.outcome
        end
    ) as a (rank, answer)
  order by a.rank, a.answer collate "C"
  limit 1;
$$;

-- Values to try: those of other rows, and some new ones.
create function fixture.values_for(p_table regclass, p_column name) returns text[] language sql stable as $$
  select array_agg(distinct v.value order by v.value)
  from fixture.columns as c,
    lateral (
      (
        select distinct quote_literal(r.content ->> c.name) collate "C" as value from fixture.rows as r
        where r.tab = c.tab and r.content ->> c.name is not null order by 1 limit 3
      )
      union all select 'null'
      union all select 'now()' where c.type = 'timestamp with time zone'
      union all select '''x''' where c.type = 'text'
      union all select b from unnest('{true,false}'::text[]) as b where c.type = 'boolean'
      union all select n from unnest('{1,2,3,7}'::text[]) as n where c.type in ('integer', 'bigint', 'smallint')
      union all select quote_literal(e.enumlabel) from pg_enum as e where c.is_word and e.enumtypid = c.type::regtype
    ) as v
  where c.tab = p_table and c.name = p_column;
$$;

-- One column of one row. If refused alone, also with each word of another column, and with all values of another row.
create function fixture.tried_update(p_subject integer, p_table regclass, p_columns name[], p_column name, p_place tid)
returns text language plpgsql as $$
declare
  v_values text[] := fixture.values_for(p_table, p_column);
  v_outcomes text[];
begin
  perform fixture.aim_at(p_table, p_place::text, p_column);
  v_outcomes := array(
    select fixture.attempt(p_subject, format('update %s set %I = %s', p_table, p_column, v)) from unnest(v_values) as v
  );
  if 'yes' = any (v_outcomes) then return 'yes'; end if;
  v_outcomes := v_outcomes || array(
    select fixture.attempt(p_subject, format('update %s set %I = %s, %I = %s', p_table, p_column, v_values[1], c.name, w))
    from fixture.columns as c, unnest(fixture.values_for(p_table, c.name)) as w
    where c.tab = p_table and c.name = any (p_columns) and c.name <> p_column and c.is_word
  );
  if 'yes' = any (v_outcomes) then return 'yes'; end if;
  return fixture.answer(v_outcomes || array(
    select fixture.attempt(p_subject, format('update %s set %s', p_table, w.assignments)) from fixture.whole_rows(p_table, p_columns) as w
  ));
end;
$$;

-- The fullest rows of a table, as assignments of these columns.
create function fixture.whole_rows(p_table regclass, p_columns name[]) returns table (assignments text) language sql stable as $$
  select w.assignments
  from (
    select
      string_agg(format('%I = %L', c.name, r.content ->> c.name), ', ' order by c.place) as assignments,
      count(*) filter (where r.content ->> c.name is null) as empty, r.place
    from fixture.rows as r
    join fixture.columns as c on c.tab = r.tab and c.name = any (p_columns)
    where r.tab = p_table
    group by r.place
  ) as w
  order by w.empty, w.place
  limit 3;
$$;
