-- End memberships that a file no longer lists
create or replace function auth.import_endings(p_rows jsonb)
returns setof auth.directory_difference
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  return query
  with listed as (
    select
      (r ->> 'line')::integer as line, core.trimmed(r ->> 'userId') as user_id, core.trimmed(r ->> 'role') as user_role,
      coalesce(auth.find_court(r ->> 'court'), '') as court_code, coalesce(core.trimmed(r ->> 'organisationId'), '') as organisation_id
    from jsonb_array_elements(p_rows) as r
  ),
  ended as (
    update auth.memberships as m
    set ended_at = now()
    from (select l.user_id, min(l.line) as line from listed as l group by l.user_id) as u
    where m.user_id = u.user_id and m.ended_at is null
      and (m.user_id, m.user_role::text, coalesce(m.court_code, ''), coalesce(m.organisation_id, '')) not in (
        select l.user_id, l.user_role, l.court_code, l.organisation_id from listed as l where l.user_role is not null
      )
    returning u.line, m.user_id, m.user_role, m.court_code, m.organisation_id
  )
  select e.line, 'end membership', e.user_id, concat_ws(', ', e.user_role, e.court_code, e.organisation_id)
  from ended as e
  order by e.line;
end;
$$;

comment on function auth.import_endings(jsonb) is
'Ends those memberships of the users in these rows that the rows do not list; returns them.';

revoke all on function auth.import_endings(jsonb) from public;
