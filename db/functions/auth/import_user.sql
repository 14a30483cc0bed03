-- The user of one row of a file
create or replace function auth.import_user(p_row jsonb)
returns auth.directory_difference
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_user_id text := core.trimmed(p_row ->> 'userId');
  v_enabled boolean := core.trimmed(p_row ->> 'enabled')::boolean;
  v_before auth.users;
  v_line integer := p_row ->> 'line';
  v_changes text;
begin
  select * into v_before from auth.users as u where u.user_id = v_user_id;
  if v_before.user_id is null then
    perform auth.add_user(v_user_id, p_row ->> 'issuer', p_row ->> 'subject', p_row ->> 'name');
    if not v_enabled then
      perform auth.change_user(v_user_id, null, null, null, v_enabled);
    end if;
    return row(
      v_line, 'add user', v_user_id, concat_ws(', ', core.trimmed(p_row ->> 'name'), case when not v_enabled then 'disabled' end)
    )::auth.directory_difference;
  end if;

  select string_agg(format('%s: %s', s.field, s.stated), ', ' order by s.field) into v_changes
  from (
    values
      ('enabled', v_before.enabled::text, v_enabled::text),
      ('issuer', v_before.issuer, core.trimmed(p_row ->> 'issuer')),
      ('name', v_before.name, core.trimmed(p_row ->> 'name')),
      ('subject', v_before.subject, core.trimmed(p_row ->> 'subject'))
  ) as s (field, before, stated)
  where s.stated <> s.before;
  -- Leaves an unchanged user alone: a lock on its row would make its sign-ins wait for the end of the import.
  if v_changes is null then
    return null;
  end if;

  perform auth.change_user(v_user_id, p_row ->> 'issuer', p_row ->> 'subject', p_row ->> 'name', v_enabled);
  return row(v_line, 'change user', v_user_id, v_changes)::auth.directory_difference;
end;
$$;

comment on function auth.import_user(jsonb) is
'Adds or changes the user of a row; returns the difference, null for none. Empty fields of the row change nothing.';

revoke all on function auth.import_user(jsonb) from public;
