-- The state of a standby, or of a primary's standbys
create or replace function auth.look_at_replication()
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'is_standby', pg_catalog.pg_is_in_recovery(),
    -- On a standby: its position, whether it is paused, and its name at the primary.
    'replayed', pg_catalog.pg_last_wal_replay_lsn() - '0/0'::pg_catalog.pg_lsn,
    'is_paused', case when pg_catalog.pg_is_in_recovery() then pg_catalog.pg_is_wal_replay_paused() end,
    'name', (
      select coalesce(
        substring(r.conninfo from '(?:^|[[:space:]])application_name=([^[:space:]]+)'),
        substring(r.conninfo from '(?:^|[[:space:]])fallback_application_name=([^[:space:]]+)')
      )
      from pg_catalog.pg_stat_wal_receiver as r
      where r.status = 'streaming'
    ),
    -- On a primary: its position, and how commits wait for which standbys.
    'written', case when not pg_catalog.pg_is_in_recovery() then pg_catalog.pg_current_wal_lsn() - '0/0'::pg_catalog.pg_lsn end,
    'timeline', case when not pg_catalog.pg_is_in_recovery()
      then left(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()), 8)
    end,
    'standby_names', pg_catalog.current_setting('synchronous_standby_names'),
    'standbys', coalesce(
      (
        select jsonb_agg(
          jsonb_build_object('name', s.application_name, 'is_awaited', s.state = 'streaming' and s.sync_state in ('sync', 'quorum'))
        )
        from pg_catalog.pg_stat_replication as s
      ),
      '[]'
    ),
    -- For every session: this one may have a setting of its own.
    'is_applied_first', pg_catalog.current_setting('synchronous_commit') = 'remote_apply'
      and exists (
        select from pg_catalog.pg_settings as s
        where s.name = 'synchronous_commit' and s.source in ('configuration file', 'command line')
      )
      and not exists (
        select from pg_catalog.pg_db_role_setting as d, unnest(d.setconfig) as c (setting)
        where c.setting like 'synchronous_commit=%' and c.setting <> 'synchronous_commit=remote_apply'
      )
  )
$$;

comment on function auth.look_at_replication() is
'For the server, which reads from standbys only while every commit waits until they have applied it. Definer: the views of
replication show their rows only to members of pg_read_all_stats.';

revoke all on function auth.look_at_replication() from public;
grant execute on function auth.look_at_replication() to casefile_api;
