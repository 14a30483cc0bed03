-- Make a restored database ready to be served
create or replace function auth.after_restore(p_mark jsonb, p_gap integer, p_anyway boolean)
returns auth.restore
language plpgsql
volatile
security invoker
set search_path = ''
-- Off in the sessions of casefile_migrator.
set row_security = on
as $$
declare
  v_home auth.home;
  v_last audit.entries;
  v_restore audit.restores;
  v_moved integer;
begin
  select h.* into strict v_home from auth.home as h for update;
  select e.* into v_last from audit.entries as e order by e.id desc limit 1;
  select r.* into v_restore from audit.restores as r order by r.id desc limit 1;

  -- A repetition changes nothing, if nothing has happened since.
  if v_restore.system_identifier = (select s.system_identifier::text from pg_catalog.pg_control_system() as s)
    and v_restore.store_id = v_home.store_id
    and v_restore.last_entry_id is not distinct from v_last.id
  then
    return row(
      false, v_restore.store_id, v_restore.last_entry_id, v_restore.sessions_ended, v_restore.keys_ended, v_restore.number_gap, 0
    )::auth.restore;
  end if;
  if not p_anyway and auth.check_home(p_mark) is null then
    raise exception using errcode = 'JCFIX', message = 'There is no sign that this database was restored';
  end if;

  insert into audit.restores (
    actor, old_system_identifier, system_identifier, old_store_id, store_id, last_entry_id, marked_entry_id, marked_at,
    sessions_ended, keys_ended, number_gap
  )
  select
    session_user, v_home.system_identifier, s.system_identifier::text, v_home.store_id, core.new_id(), v_last.id, (p_mark ->> 'entryId')::bigint,
    (p_mark ->> 'markedAt')::timestamptz, (select count(*) from auth.sessions), (select count(*) from core.kept_answers), p_gap
  from pg_catalog.pg_control_system() as s
  returning * into v_restore;

  -- Lost work must not appear as done, in a session or in a kept answer.
  delete from auth.sessions;
  delete from core.kept_answers;
  v_moved := core.pass_over_numbers(p_mark -> 'series', coalesce(v_last.occurred_at, now()), p_gap, v_restore.id);

  -- No new entry gets the id of a lost one.
  perform setval(
    pg_get_serial_sequence('audit.entries', 'id'),
    greatest(nextval(pg_get_serial_sequence('audit.entries', 'id')), (p_mark ->> 'entryId')::bigint, v_last.id) + p_gap
  );

  -- Gives the store a new id, so that servers of the original database recognise that it is not theirs.
  update auth.home
  set system_identifier = v_restore.system_identifier, store_id = v_restore.store_id, since = now();

  return row(
    true, v_restore.store_id, v_restore.last_entry_id, v_restore.sessions_ended, v_restore.keys_ended, p_gap, v_moved
  )::auth.restore;
end;
$$;

comment on function auth.after_restore(jsonb, integer, boolean) is
'After a restore from a dump, a recovery to a moment, or for a copy with a life of its own: ends all sessions and keys, moves each
number series beyond any number that may have been issued, records this in audit.restores, and records where the database lives
now. Done once. Use `p_anyway` if nothing indicates a restore. Only for the owner.
Errors: JCFIX nothing indicates a restore.';

revoke all on function auth.after_restore(jsonb, integer, boolean) from public;
