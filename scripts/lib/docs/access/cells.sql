-- The matrix: which rows and columns each subject reads and writes.
create table fixture.answers (subject integer, tab regclass, verb text, place tid, name name, answer text);

create function fixture.answers_to_select(p_subject integer) returns setof fixture.answers language plpgsql as $$
declare
  v_table regclass;
  v_read tid[];
begin
  for v_table in select distinct p.tab from fixture.privileges as p where p.subject = p_subject and p.verb = 'select' loop
    v_read := fixture.read_rows(p_subject, v_table);
    return query
      select p_subject, v_table, 'select', r.place, p.name, case when r.place = any (v_read) then 'yes' else 'policy' end
      from fixture.privileges as p
      join fixture.rows as r on r.tab = p.tab
      where p.subject = p_subject and p.tab = v_table and p.verb = 'select';
  end loop;
end;
$$;

create function fixture.tried_rows(p_subject integer, p_table regclass, p_verb text, p_columns name[], p_column name, p_places tid[])
returns text language plpgsql as $$
declare
  v_place tid;
  v_answer text;
  v_first text;
begin
  foreach v_place in array p_places loop
    v_answer := case p_verb
      when 'update' then fixture.tried_update(p_subject, p_table, p_columns, p_column, v_place)
      else fixture.tried_delete(p_subject, p_table, v_place)
    end;
    if v_answer = 'yes' then return v_answer; end if;
    v_first := coalesce(v_first, v_answer);
  end loop;
  return v_first;
end;
$$;

-- Every row by the policy. For rows of one kind that pass it, one answer is enough: from the first changed row, or from two unchanged
-- ones.
create function fixture.answers_to_change(p_subject integer, p_table regclass, p_verb text, p_columns name[], p_column name, p_passed tid[])
returns setof fixture.answers language sql as $$
  with kinds as (
    select r.place, r.place = any (p_passed) as passed, fixture.kind_of(r, c, p_verb) as kind
    from fixture.rows as r
    join fixture.subjects as s on s.place = p_subject
    left join fixture.callers as c on c.name = s.caller
    where r.tab = p_table
  ),
  tried as (
    select t.kind, fixture.tried_rows(p_subject, p_table, p_verb, p_columns, p_column, t.places) as answer
    from (select k.kind, (array_agg(k.place order by k.place))[:2] as places from kinds as k where k.passed group by 1) as t
  )
  select p_subject, p_table, p_verb, k.place, p_column, case when k.passed then t.answer else 'policy' end
  from kinds as k
  left join tried as t on t.kind = k.kind;
$$;

create function fixture.answers_to_update(p_subject integer) returns setof fixture.answers language plpgsql as $$
declare
  v_table regclass;
  v_columns name[];
  v_column name;
  v_passed tid[];
begin
  for v_table, v_columns in
    select p.tab, array_agg(p.name) from fixture.privileges as p where p.subject = p_subject and p.verb = 'update' group by 1
  loop
    foreach v_column in array v_columns loop
      v_passed := fixture.passed_rows(p_subject, v_table, format('update %s set %I = default', v_table, v_column));
      return query select * from fixture.answers_to_change(p_subject, v_table, 'update', v_columns, v_column, v_passed);
    end loop;
  end loop;
end;
$$;

create function fixture.answers_to_delete(p_subject integer) returns setof fixture.answers language plpgsql as $$
declare
  v_table regclass;
  v_passed tid[];
begin
  for v_table in select p.tab from fixture.privileges as p where p.subject = p_subject and p.verb = 'delete' loop
    v_passed := fixture.passed_rows(p_subject, v_table, format('delete from %s', v_table));
    return query select * from fixture.answers_to_change(p_subject, v_table, 'delete', '{*}', '*', v_passed);
  end loop;
end;
$$;

create function fixture.tried_delete(p_subject integer, p_table regclass, p_place tid) returns text language plpgsql as $$
begin
  perform fixture.aim_at(p_table, p_place::text, null);
  return fixture.answer(array[fixture.attempt(p_subject, format('delete from %s', p_table))]);
end;
$$;

-- Removes the row without triggers and keys. The subject inserts it again, with the columns that it may name: first without any
-- trigger, so that only the policy applies, and then as usual.
create function fixture.tried_insert(p_subject integer, p_table regclass, p_columns text, p_row fixture.rows) returns text
language plpgsql as $$
declare
  v_statement text :=
    format('insert into %1$s (%2$s) select %2$s from jsonb_populate_record(null::%1$s, %3$L)', p_table, p_columns, p_row.content);
  v_outcome text;
begin
  perform fixture.aim_at(null, null, null), set_config('session_replication_role', 'replica', true);
  execute format('delete from %s where ctid = %L', p_table, p_row.place);
  v_outcome := fixture.attempt(p_subject, v_statement);
  if v_outcome <> '42501' then
    perform set_config('session_replication_role', 'origin', true);
    v_outcome := fixture.attempt(p_subject, v_statement);
  end if;
  raise exception using errcode = 'UNDO0';
exception
  when sqlstate 'UNDO0' then
    return fixture.answer(array[v_outcome]);
end;
$$;

create function fixture.answers_to_insert(p_subject integer) returns setof fixture.answers language sql as $$
  select p_subject, g.tab, 'insert', r.place, n.name, t.answer
  from (
    select p.tab, array_agg(p.name) as names, string_agg(quote_ident(p.name), ', ') as columns
    from fixture.privileges as p where p.subject = p_subject and p.verb = 'insert' group by 1
  ) as g
  cross join lateral fixture.rows_to_add(p_subject, g.tab) as r
  cross join lateral fixture.tried_insert(p_subject, g.tab, g.columns, r) as t (answer)
  cross join lateral unnest(g.names) as n (name);
$$;

create function fixture.cells() returns table (role text, "table" text, verb text, "row" text, "column" text, answer text, rank text)
language plpgsql as $$
begin
  truncate fixture.privileges, fixture.answers;
  insert into fixture.privileges select p.* from fixture.subjects as s, fixture.privileges_of(s.place) as p;
  insert into fixture.answers
  select a.* from fixture.subjects as s, fixture.answers_to_select(s.place) as a
  union all select a.* from fixture.subjects as s, fixture.answers_to_insert(s.place) as a
  union all select a.* from fixture.subjects as s, fixture.answers_to_update(s.place) as a
  union all select a.* from fixture.subjects as s, fixture.answers_to_delete(s.place) as a;

  -- Rows of one kind have one answer, or a count for each answer.
  return query
  with counted as (
    select a.subject, a.tab, a.verb, fixture.kind_of(r, c, a.verb) as kind, a.name, a.answer, count(*) as rows
    from fixture.answers as a
    join fixture.rows as r on r.tab = a.tab and r.place = a.place
    join fixture.subjects as s on s.place = a.subject
    left join fixture.callers as c on c.name = s.caller
    group by 1, 2, 3, 4, 5, 6
  ),
  told as (
    select
      n.subject, n.tab, n.verb, n.kind, n.name,
      case count(*) when 1 then min(n.answer) else string_agg(format('%s (%s)', n.answer, n.rows), ', ' order by n.answer collate "C") end as answer
    from counted as n group by 1, 2, 3, 4, 5
  )
  select s.name, t.tab::text, t.verb, t.kind, t.name::text, t.answer, fixture.rank_of(t.kind)
  from told as t
  join fixture.subjects as s on s.place = t.subject
  left join fixture.columns as c on c.tab = t.tab and c.name = t.name
  order by
    s.place, t.tab::text collate "C", array_position('{select,insert,update,delete}'::text[], t.verb),
    fixture.rank_of(t.kind) collate "C", c.place;
end;
$$;
