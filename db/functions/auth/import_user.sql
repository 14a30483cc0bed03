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
  v_after auth.users;
  v_difference auth.directory_difference;
begin
  select * into v_before from auth.users as u where u.user_id = v_user_id;
  if v_before.user_id is null then
    perform auth.add_user(v_user_id, p_row ->> 'issuer', p_row ->> 'subject', p_row ->> 'name');
  end if;

  perform auth.change_user(v_user_id, p_row ->> 'issuer', p_row ->> 'subject', p_row ->> 'name', v_enabled);
  select * into v_after from auth.users as u where u.user_id = v_user_id;

  if v_before.user_id is null then
    v_difference.action := 'add user';
    v_difference.detail := concat_ws(', ', v_after.name, case when not v_after.enabled then 'disabled' end);
  elsif v_after is distinct from v_before then
    v_difference.action := 'change user';
    v_difference.detail := (
      select string_agg(format('%s: %s', a.key, a.value), ', ' order by a.key)
      from jsonb_each_text(to_jsonb(v_after)) as a
      where a.value <> to_jsonb(v_before) ->> a.key
    );
  else
    return null;
  end if;

  v_difference.line := p_row ->> 'line';
  v_difference.user_id := v_user_id;
  return v_difference;
end;
$$;

comment on function auth.import_user(jsonb) is
'Adds or changes the user of a row; what differed, null for nothing. What a row leaves out stays as it is.';

revoke all on function auth.import_user(jsonb) from public;
