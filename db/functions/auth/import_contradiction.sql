-- The first row that contradicts an earlier one
create or replace function auth.import_contradiction(p_rows jsonb)
returns jsonb
language sql
immutable
security invoker
set search_path = ''
as $$
  select jsonb_build_object('line', s.line, 'field', s.field)
  from (
    select
      r.number, r.row -> 'line' as line, f.field, core.trimmed(r.row ->> f.field) as stated,
      first_value(core.trimmed(r.row ->> f.field)) over (partition by core.trimmed(r.row ->> 'userId'), f.field order by r.number) as before
    from jsonb_array_elements(p_rows) with ordinality as r (row, number)
    cross join unnest('{issuer,subject,name,enabled}'::text[]) as f (field)
    where core.trimmed(r.row ->> 'userId') is not null and core.trimmed(r.row ->> f.field) is not null
  ) as s
  where s.stated <> s.before
  order by s.number
  limit 1;
$$;

comment on function auth.import_contradiction(jsonb) is
'Line and field of a row that contradicts an earlier row about the same user; null for none. Otherwise the last row would win, and
each import of the file would change the user again.';

revoke all on function auth.import_contradiction(jsonb) from public;
