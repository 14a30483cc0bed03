-- migrate:up

-- Written by scripts/gen-migration: what the sources in db/ say anew.

-- Bodies may name functions that come later.
set local check_function_bodies = off;

-- db/types/auth.restore.sql
create type auth.restore as (
  is_new boolean,
  store_id uuid,
  last_entry_id bigint,
  sessions_ended integer,
  keys_ended integer,
  number_gap integer,
  series_moved integer
);
comment on type auth.restore is 'What auth.after_restore has done; is_new is false where it had been done before, and nothing has happened since.';

-- db/types/worker.task_state.sql
create type worker.task_state as (task text, waiting bigint, oldest_seconds double precision);
comment on type worker.task_state is 'How many documents wait for one kind of work, and how long the oldest has.';

-- db/tables/audit.restores.sql
create table audit.restores (
  id bigint generated always as identity primary key,
  occurred_at timestamptz not null default clock_timestamp(),
  actor text not null,
  old_system_identifier text not null,
  system_identifier text not null,
  old_store_id uuid,
  store_id uuid not null,
  last_entry_id bigint,
  marked_entry_id bigint,
  marked_at timestamptz,
  sessions_ended integer not null,
  keys_ended integer not null,
  number_gap integer not null
);
comment on table audit.restores is 'Each time that this database was restored, or copied, and made ready to be served. Append-only.';
comment on column audit.restores.actor is 'The database login.';
comment on column audit.restores.last_entry_id is 'The newest entry of the audit trail that it has; null if it has none.';
comment on column audit.restores.marked_entry_id is 'The newest one that a server has seen, by the mark in the document store; null if there was no mark.';
comment on column audit.restores.number_gap is 'How many numbers each series passed over, beyond what is known to be issued: core.case_number_gaps.';

-- db/tables/auth.home.sql
comment on table auth.home is
'Where this database lives: one row. A server serves it there alone, so that a copy is not taken for the database that it was made of.';
comment on column auth.home.system_identifier is 'That of the cluster, as pg_control_system() has it.';
comment on column auth.home.store_id is 'That of the document store, as its mark has it. Null until a server has been here.';

-- db/tables/auth.log_in_rates.sql
-- Unlogged: a count that a crash empties costs a minute's log-ins, and one that waits for a standby would cost all of them.
create unlogged table auth.log_in_rates (
  client text primary key constraint log_in_rates_client_within_limit check (char_length(client) <= 100),
  paid_until timestamptz not null
);
comment on table auth.log_in_rates is 'How often log-ins were begun from one network lately, at all servers together.';
comment on column auth.log_in_rates.client is 'The network as the server tells it: an address of IPv4, or a /48 of IPv6.';

comment on column auth.log_in_rates.paid_until is
'Each log-in costs a minute divided by the limit, and may be owed for a minute. Once this has passed, nothing is owed, and auth.sweep removes the row.';
create index log_in_rates_paid_until_idx on auth.log_in_rates (paid_until);

-- db/tables/core.case_number_gaps.sql
create table core.case_number_gaps (
  court_code text not null references core.courts (code),
  year integer not null,
  first_number integer not null,
  last_number integer not null,
  restore_id bigint not null references audit.restores (id),
  primary key (court_code, year, last_number),
  constraint case_number_gaps_in_order check (first_number between 1 and last_number)
);

comment on table core.case_number_gaps is
'Numbers that no case of this database has, as a case that a restore has lost may have them. Append-only.';
create index case_number_gaps_restore_id_idx on core.case_number_gaps (restore_id);

-- db/functions/core/find_number_faults.sql
-- Whether each number is that of a case, or of a gap
create or replace function core.find_number_faults()
returns table (court_code text, year integer, problem text)
language sql
stable
security invoker
set search_path = ''
as $$
  with numbers as (
    select c.court_code, c.number_year as year, count(*) as cases, max(c.number_sequence) as last_number
    from core.cases as c
    group by c.court_code, c.number_year
  ),
  gaps as (
    select g.court_code, g.year, sum(g.last_number - g.first_number + 1) as missing, max(g.last_number) as last_number
    from core.case_number_gaps as g
    group by g.court_code, g.year
  ),
  series as (
    select
      s.court_code, s.year, s.last_number, coalesce(n.cases, 0) + coalesce(g.missing, 0) as known,
      greatest(n.last_number, g.last_number) as last_known
    from core.case_number_series as s
    left join numbers as n on n.court_code = s.court_code and n.year = s.year
    left join gaps as g on g.court_code = s.court_code and g.year = s.year
  )
  select s.court_code, s.year, 'the series is not where its cases are'
  from series as s
  where s.last_number is distinct from s.last_known
  union all
  select s.court_code, s.year, 'numbers are missing'
  from series as s
  where s.known <> s.last_known
  union all
  select n.court_code, n.year, 'cases without a series'
  from numbers as n
  where not exists (select from core.case_number_series as s where s.court_code = n.court_code and s.year = n.year)
  union all
  select c.court_code, c.number_year, 'a case has a number that was passed over: ' || c.case_number
  from core.case_number_gaps as g
  join core.cases as c
    on c.court_code = g.court_code and c.number_year = g.year and c.number_sequence between g.first_number and g.last_number;
$$;

comment on function core.find_number_faults() is
'For DBAs: the series of case numbers that have a gap which core.case_number_gaps does not know, or stand elsewhere than their cases. No
row when all is well.';
revoke all on function core.find_number_faults() from public;
grant execute on function core.find_number_faults() to casefile_backup;

-- db/functions/core/pass_over_numbers.sql
-- Numbers that lost cases may have are given to no other
create or replace function core.pass_over_numbers(p_marked jsonb, p_since timestamptz, p_gap integer, p_restore_id bigint)
returns integer
language plpgsql
volatile
security invoker
set search_path = ''
-- Off in the sessions of casefile_migrator.
set row_security = on
as $$
declare
  v_count integer;
begin
  if p_gap = 0 then return 0; end if;

  -- Of a year that was over at p_since, no number was issued later. A series that is not there may have begun since.
  insert into core.case_number_gaps (court_code, year, first_number, last_number, restore_id)
  select
    c.code, y.year, coalesce(s.last_number, 0) + 1,
    greatest(s.last_number, (p_marked ->> (c.code || '/' || y.year))::integer, 0) + p_gap, p_restore_id
  from core.courts as c
  cross join generate_series(
    extract(year from p_since at time zone 'Europe/London')::integer, extract(year from now() at time zone 'Europe/London')::integer
  ) as y (year)
  left join core.case_number_series as s on s.court_code = c.code and s.year = y.year;

  insert into core.case_number_series as s (court_code, year, last_number, case_count)
  select g.court_code, g.year, g.last_number, 0
  from core.case_number_gaps as g
  where g.restore_id = p_restore_id
  on conflict (court_code, year) do update set last_number = excluded.last_number;
  get diagnostics v_count = row_count;
  -- Here, and not at the end of the transaction, when a migrator's sessions have row_security = off.
  set constraints core.tg_case_number_series__in_use immediate;
  set constraints core.tg_case_number_series__in_use deferred;

  return v_count;
end;
$$;

comment on function core.pass_over_numbers(jsonb, timestamptz, integer, bigint) is
'Moves the series of every court, of the years since then, so many numbers beyond the last one that is known: of this database, or by
the mark. core.case_number_gaps has what was passed over. How many series. The owner''s alone.';
revoke all on function core.pass_over_numbers(jsonb, timestamptz, integer, bigint) from public;

-- db/functions/core/tg_case_number_series__in_use.sql
-- No number without its case
create or replace function core.tg_case_number_series__in_use()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  if not exists (
    select from core.cases as c
    where c.court_code = new.court_code and c.number_year = new.year and c.number_sequence = new.last_number
  ) and not exists (
    select from core.case_number_gaps as g
    where g.court_code = new.court_code and g.year = new.year and g.last_number = new.last_number
  ) then
    raise exception using errcode = 'JCFIX', message = 'A case number was taken for no case';
  end if;

  return null;
end;
$$;

comment on function core.tg_case_number_series__in_use() is
'At the end of the transaction the number is that of a case: an insert that came to nothing (on conflict do nothing) would
leave a gap. Or it is the last of a gap that a restore has left.
Errors: JCFIX it is not.';

-- db/functions/audit/entry_digest.sql
grant execute on function audit.entry_digest(bytea, audit.entries) to casefile_backup;

-- db/functions/audit/find_broken_chains.sql
-- Whether the audit trail is as it was written
create or replace function audit.find_broken_chains(p_case_id uuid default null)
returns table (case_id uuid, entry_id bigint, problem text)
language sql
stable
security invoker
set search_path = ''
as $$
  select b.case_id, b.entry_id, b.problem from audit.find_broken_links(p_case_id, p_case_id) as b;
$$;
grant execute on function audit.find_broken_chains(uuid) to casefile_backup;

-- db/functions/audit/find_broken_links.sql
-- Whether the audit trail of some cases is as it was written
create or replace function audit.find_broken_links(p_from uuid, p_to uuid)
returns table (case_id uuid, entry_id bigint, problem text)
language sql
stable
security invoker
set search_path = ''
-- Few entries are the last of their case, but not so few that each chain should look for its own among all.
set enable_nestloop = off
as $$
  with bounds as (
    select
      coalesce(p_from, '00000000-0000-0000-0000-000000000000') as first,
      coalesce(p_to, 'ffffffff-ffff-ffff-ffff-ffffffffffff') as last
  ),
  entries as (
    select
      e.case_id,
      e.id,
      e.digest,
      audit.entry_digest(lag(e.digest) over (partition by e.case_id order by e.id), e) as expected,
      row_number() over (partition by e.case_id order by e.id desc) as from_end,
      count(*) over (partition by e.case_id) as length
    from audit.entries as e
    where e.case_id between (select b.first from bounds as b) and (select b.last from bounds as b)
  )
  select e.case_id, e.id, 'changed, or an entry before it is missing'
  from entries as e
  where e.digest <> e.expected
  union all
  select c.case_id, e.id, 'entries are missing at the end'
  from audit.chains as c
  left join entries as e on e.case_id = c.case_id and e.from_end = 1
  where c.case_id between (select b.first from bounds as b) and (select b.last from bounds as b)
    and (e.length is distinct from c.length or e.digest <> c.digest)
  union all
  select c.id, null, 'without any audit entry'
  from core.cases as c
  where c.id between (select b.first from bounds as b) and (select b.last from bounds as b)
    and not exists (select from audit.chains as h where h.case_id = c.id);
$$;

comment on function audit.find_broken_links(uuid, uuid) is
'What audit.find_broken_chains finds, of the cases from one id to another; null is the first, or the last of all.';
revoke all on function audit.find_broken_links(uuid, uuid) from public;
grant execute on function audit.find_broken_links(uuid, uuid) to casefile_backup;

-- db/functions/audit/find_faults.sql
-- Whether cases and their audit trail say the same
create or replace function audit.find_faults(p_from uuid, p_to uuid)
returns table (case_id uuid, entry_id bigint, problem text)
language sql
stable
security invoker
set search_path = ''
as $$
  select b.case_id, b.entry_id, b.problem
  from audit.find_broken_links(p_from, p_to) as b
  union all
  select c.id, null, 'version ' || c.version || ', and audited changes: ' || count(e.id)
  from core.cases as c
  left join audit.entries as e
    on e.case_id = c.id and e.case_id between p_from and p_to and e.entity = 'case' and e.action <> 'CREATE'
  where c.id between p_from and p_to
  group by c.id, c.version
  having c.version <> count(e.id) + 1;
$$;

comment on function audit.find_faults(uuid, uuid) is
'For DBAs, of the cases from one id to another: audit.find_broken_links, and versions that are not one more than the changes audited.';
revoke all on function audit.find_faults(uuid, uuid) from public;
grant execute on function audit.find_faults(uuid, uuid) to casefile_backup;

-- db/functions/audit/tg_refuse_change.sql
create trigger tg_restores__refuse_change
before update or delete or truncate on audit.restores
for each statement execute function audit.tg_refuse_change();
alter table audit.restores enable always trigger tg_restores__refuse_change;

create trigger tg_case_number_gaps__refuse_change
before update or delete or truncate on core.case_number_gaps
for each statement execute function audit.tg_refuse_change();
alter table core.case_number_gaps enable always trigger tg_case_number_gaps__refuse_change;

-- These change, by their rules, but are never removed.
create trigger tg_home__refuse_removal
before delete or truncate on auth.home
for each statement execute function audit.tg_refuse_change();
alter table auth.home enable always trigger tg_home__refuse_removal;

-- db/functions/auth/after_restore.sql
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

  -- Twice the same is done once: nothing has happened since.
  if v_restore.system_identifier = (select s.system_identifier::text from pg_catalog.pg_control_system() as s)
    and v_restore.store_id = v_home.store_id
    and v_restore.last_entry_id is not distinct from v_last.id
  then
    return row(
      false, v_restore.store_id, v_restore.last_entry_id, v_restore.sessions_ended, v_restore.keys_ended, v_restore.number_gap, 0
    )::auth.restore;
  end if;
  if not p_anyway and auth.check_home(p_mark) is null then
    raise exception using errcode = 'JCFIX', message = 'Nothing says that this database was restored';
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

  -- Whoever comes back to what is lost must not find it, nor be told that it was done.
  delete from auth.sessions;
  delete from core.kept_answers;
  v_moved := core.pass_over_numbers(p_mark -> 'series', coalesce(v_last.occurred_at, now()), p_gap, v_restore.id);

  -- What the newest entries were called, no other shall be.
  perform setval(
    pg_get_serial_sequence('audit.entries', 'id'),
    greatest(nextval(pg_get_serial_sequence('audit.entries', 'id')), (p_mark ->> 'entryId')::bigint, v_last.id) + p_gap
  );

  -- The store has another id from now on: a server of the database that this was made of knows that it is not its own.
  update auth.home
  set system_identifier = v_restore.system_identifier, store_id = v_restore.store_id, since = now();

  return row(
    true, v_restore.store_id, v_restore.last_entry_id, v_restore.sessions_ended, v_restore.keys_ended, p_gap, v_moved
  )::auth.restore;
end;
$$;

comment on function auth.after_restore(jsonb, integer, boolean) is
'After a restore from a dump, a recovery to a moment, or for a copy that is to live by itself: ends all sessions and keys, moves each
number series past what may have been issued, records it in audit.restores, and keeps where the database lives now. Done once; `p_anyway`
where nothing tells that there was a restore. The owner''s alone.
Errors: JCFIX nothing tells.';
revoke all on function auth.after_restore(jsonb, integer, boolean) from public;

-- db/functions/auth/check_home.sql
-- Whether this database is where it lives, and has all that it had
create or replace function auth.check_home(p_mark jsonb)
returns text
language sql
stable
security definer
set search_path = ''
as $$
  select case
    when h.system_identifier is distinct from s.system_identifier::text then 'CLUSTER'
    when p_mark ->> 'entryId' is not null and not exists (
      select from audit.entries as e
      where e.id = (p_mark ->> 'entryId')::bigint and encode(e.digest, 'hex') = p_mark ->> 'entryDigest'
    ) then 'LOST'
    when h.store_id is distinct from (p_mark ->> 'storeId')::uuid then 'STORE'
  end
  from pg_catalog.pg_control_system() as s
  left join auth.home as h on true;
$$;

comment on function auth.check_home(jsonb) is
'Compares this database with the mark in the document store (null: there is none). CLUSTER: it was restored or copied to another
cluster; LOST: it does not have the newest entry that a server has seen, so it was taken back to an earlier moment; STORE: the store is
that of another database, or this one has had a mark, and the store has none. Null: all is well.
Definer: a server may not read the tables.';
revoke all on function auth.check_home(jsonb) from public;
grant execute on function auth.check_home(jsonb) to casefile_api;

-- db/functions/auth/count_log_in.sql
-- Count a log-in that begins, unless there were too many
create or replace function auth.count_log_in(p_client text, p_per_minute integer)
returns integer
language plpgsql
volatile
security definer
set search_path = ''
-- Or a plan made while the table was empty would read all of it for each log-in, until the next analyze.
set enable_seqscan = off
as $$
declare
  v_now timestamptz := clock_timestamp();
  v_cost interval := interval '1 minute' / p_per_minute;
  v_paid_until timestamptz;
begin
  insert into auth.log_in_rates as r (client, paid_until)
  values (p_client, v_now + v_cost)
  on conflict (client) do update
  set paid_until = greatest(r.paid_until, v_now) + v_cost
  where r.paid_until + v_cost <= v_now + interval '1 minute';
  if found then
    return null;
  end if;

  select r.paid_until into v_paid_until from auth.log_in_rates as r where r.client = p_client;
  return greatest(1, ceil(extract(epoch from v_paid_until + v_cost - interval '1 minute' - v_now)));
end;
$$;

comment on function auth.count_log_in(text, integer) is
'Null, and the log-in is counted, if fewer than p_per_minute were begun by the client within a minute; else after how many seconds one
more may begin. Servers that call it count together. Definer: the server may not write the table.';
revoke all on function auth.count_log_in(text, integer) from public;
grant execute on function auth.count_log_in(text, integer) to casefile_api;

-- db/functions/auth/look_at_replication.sql
-- What a database server says of its standbys, or of itself as one
create or replace function auth.look_at_replication()
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'is_standby', pg_catalog.pg_is_in_recovery(),
    -- On a standby: where it is, whether it goes on, and by which name its primary knows it.
    'replayed', pg_catalog.pg_last_wal_replay_lsn() - '0/0'::pg_catalog.pg_lsn,
    'is_paused', case when pg_catalog.pg_is_in_recovery() then pg_catalog.pg_is_wal_replay_paused() end,
    'name', (
      select coalesce(
        substring(r.conninfo from '(?:^|\s)application_name=(\S+)'),
        substring(r.conninfo from '(?:^|\s)fallback_application_name=(\S+)')
      )
      from pg_catalog.pg_stat_wal_receiver as r
      where r.status = 'streaming'
    ),
    -- On a primary: where it is, for whom its commits wait, and how.
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
    -- Of everybody: not only here, where it may be a setting of the session.
    'is_applied_first', pg_catalog.current_setting('synchronous_commit') = 'remote_apply'
      and exists (
        select from pg_catalog.pg_settings as s
        where s.name = 'synchronous_commit' and s.source in ('configuration file', 'command line')
      )
      and not exists (
        select from pg_catalog.pg_db_role_setting as d, unnest(d.setconfig) as c (setting)
        where c.setting like 'synchronous\_commit=%' and c.setting <> 'synchronous_commit=remote_apply'
      )
  )
$$;

comment on function auth.look_at_replication() is
'For the server, which reads from standbys only while every commit waits until they have applied it. Definer: the views of
replication show their rows to members of pg_read_all_stats alone.';
revoke all on function auth.look_at_replication() from public;
grant execute on function auth.look_at_replication() to casefile_api;

-- db/functions/auth/sweep.sql
-- Remove what has expired
create or replace function auth.sweep(p_limit integer)
returns integer
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_sessions integer;
  v_answers integer;
  v_refusals integer;
  v_sign_ins integer;
  v_rates integer;
begin
  -- Whoever has a row locked is about to remove it, or to take it over.
  delete from auth.sessions
  where ctid = any (array(
    select s.ctid from auth.sessions as s where s.expires_at <= now() order by s.expires_at limit p_limit for update skip locked
  ));
  get diagnostics v_sessions = row_count;

  delete from core.kept_answers
  where ctid = any (array(
    select k.ctid from core.kept_answers as k where k.expires_at <= now() order by k.expires_at limit p_limit for update skip locked
  ));
  get diagnostics v_answers = row_count;

  -- Rows of the audit are numbered as they come: the first of them are the oldest, and no index on the time is needed.
  delete from audit.refusals
  where id = any (array(
    select f.id
    from (select r.id, r.occurred_at from audit.refusals as r order by r.id limit p_limit) as f
    where f.occurred_at < now() - interval '2 years'
  ));
  get diagnostics v_refusals = row_count;

  delete from auth.sign_ins
  where id = any (array(
    select f.id
    from (select s.id, s.occurred_at from auth.sign_ins as s order by s.id limit p_limit) as f
    where f.occurred_at < now() - interval '2 years'
  ));
  get diagnostics v_sign_ins = row_count;

  delete from auth.log_in_rates
  where ctid = any (array(
    select r.ctid from auth.log_in_rates as r where r.paid_until <= now() order by r.paid_until limit p_limit for update skip locked
  ));
  get diagnostics v_rates = row_count;

  return greatest(v_sessions, v_answers, v_refusals, v_sign_ins, v_rates);
end;
$$;

comment on function auth.sweep(integer) is
'Removes expired sessions, answers and counts of log-ins, and refusals and sign-ins of two years ago, of each no more than the limit; how many of the one of which there were more.
As long as that is the limit, there is more to do. Definer: the server may not write the tables.';

-- db/functions/auth/take_mark.sql
-- How far this database has come
create or replace function auth.take_mark()
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
-- Off in the sessions of casefile_migrator.
set row_security = on
as $$
begin
  -- Of two servers that come first at the same time, the second waits, and is given the id of the first.
  update auth.home as h set store_id = core.new_id() where h.store_id is null;

  return (
    select jsonb_build_object(
      'storeId', h.store_id,
      'entryId', e.id,
      'entryDigest', encode(e.digest, 'hex'),
      'series', (
        select coalesce(jsonb_object_agg(s.court_code || '/' || s.year, s.last_number), '{}')
        from core.case_number_series as s
        where s.year >= extract(year from now()) - 1
      ),
      'markedAt', now()
    )
    from auth.home as h
    left join lateral (select i.id, i.digest from audit.entries as i order by i.id desc limit 1) as e on true
  );
end;
$$;

comment on function auth.take_mark() is
'The mark that a server writes to the document store: the newest entry of the audit trail, and the last number of each series, by
court and year (BFC/2026). The first gives the store its id. Definer: a server may not read the tables.';
revoke all on function auth.take_mark() from public;
grant execute on function auth.take_mark() to casefile_api;

-- db/functions/worker/check_home.sql
-- The same for the worker
create or replace function worker.check_home(p_mark jsonb)
returns text
language sql
stable
security definer
set search_path = ''
as $$
  select auth.check_home(p_mark);
$$;

comment on function worker.check_home(jsonb) is
'auth.check_home, for the worker: on a restored database it would remove what the database does not know yet.
Definer: the worker may not look into auth.';
revoke all on function worker.check_home(jsonb) from public;
grant execute on function worker.check_home(jsonb) to document_processor;

-- db/functions/worker/measure_queue.sql
comment on function worker.measure_queue() is
'How many documents wait for a worker, and for how many seconds the oldest has; those that a worker has at the moment do not
wait. Reads the queue alone. Definer: the server, which reports it, may not read the table. For servers up to 0.4.0;
worker.measure_tasks tells it by the kind of work.';

-- db/functions/worker/measure_tasks.sql
-- How much work waits, by its kind
create or replace function worker.measure_tasks()
returns worker.task_state[]
language sql
stable
security definer
set search_path = ''
as $$
  with waiting (task, since) as (
    select case d.virus_scan_status when 'pending' then 'scan' else 'read' end, j.queued_at
    from core.document_jobs as j
    join core.documents as d on d.id = j.document_id
    where j.leased_until is null or j.leased_until < now()
    union all
    select 'removal', d.uploaded_at
    from core.documents as d
    where d.upload_status = 'failed'
      and not exists (select from core.document_removals as r where r.document_id = d.id)
  )
  select array_agg(s)
  from (
    select t.task, count(w.since), coalesce(extract(epoch from now() - min(w.since)), 0)
    from unnest('{scan,read,removal}'::text[]) with ordinality as t (task, place)
    left join waiting as w on w.task = t.task
    group by t.task, t.place
    order by t.place
  ) as m (task, waiting, oldest_seconds)
  cross join lateral (select row(m.task, m.waiting, m.oldest_seconds)::worker.task_state as s) as one;
$$;

comment on function worker.measure_tasks() is
'How many documents wait to be scanned, to be read, and to have removed what a failed upload left; and for how many seconds the
oldest of each has. What a worker has at the moment does not wait. Definer: the server, which reports it, may not read the
tables.';
revoke all on function worker.measure_tasks() from public;
grant execute on function worker.measure_tasks() to casefile_api;

-- db/policies/audit.restores.sql
-- Restores: written by auth.after_restore, read by administrators.

alter table audit.restores enable row level security;
alter table audit.restores force row level security;

create policy select_to_owner on audit.restores for select
to casefile_owner
using (true);
comment on policy select_to_owner on audit.restores is 'An administrator works as the owner.';

create policy insert_to_owner on audit.restores for insert
to casefile_owner
with check (true);
comment on policy insert_to_owner on audit.restores is 'auth.after_restore alone records them.';
revoke all on audit.restores from public;

-- db/policies/auth.home.sql
-- Where this database lives: for functions of the owner.

alter table auth.home enable row level security;
alter table auth.home force row level security;

create policy all_to_owner on auth.home for all
to casefile_owner
using (true) with check (true);
comment on policy all_to_owner on auth.home is 'auth.check_home compares it, auth.take_mark and auth.after_restore write it.';
revoke all on auth.home from public;

-- db/policies/auth.log_in_rates.sql
-- How often log-ins were begun: written and read by auth.count_log_in and auth.sweep alone.

alter table auth.log_in_rates enable row level security;
alter table auth.log_in_rates force row level security;

create policy all_to_owner on auth.log_in_rates for all
to casefile_owner
using (true) with check (true);
comment on policy all_to_owner on auth.log_in_rates is 'Functions of the owner count, and sweep.';
revoke all on auth.log_in_rates from public;

-- db/policies/core.case_number_gaps.sql
-- Gaps in the number series: written by core.pass_over_numbers.

alter table core.case_number_gaps enable row level security;
alter table core.case_number_gaps force row level security;

create policy select_own_court on core.case_number_gaps for select
to hmcts_case_officer
using (court_code = (select core.claim('court_code')));

comment on policy select_own_court on core.case_number_gaps is
'An officer, of its own court: core.tg_case_number_series__in_use looks as whoever creates a case.';

create policy select_to_owner on core.case_number_gaps for select
to casefile_owner
using (true);
comment on policy select_to_owner on core.case_number_gaps is 'For core.pass_over_numbers, and for administrators.';

create policy insert_to_owner on core.case_number_gaps for insert
to casefile_owner
with check (true);
comment on policy insert_to_owner on core.case_number_gaps is 'core.pass_over_numbers alone records them.';
revoke all on core.case_number_gaps from public;
grant select on core.case_number_gaps to hmcts_case_officer;

-- db/policies/core.document_jobs.sql
comment on policy select_to_owner on core.document_jobs is 'worker.measure_queue and worker.measure_tasks count them.';

-- db/policies/core.document_removals.sql
create policy select_to_owner on core.document_removals for select
to casefile_owner
using (true);
comment on policy select_to_owner on core.document_removals is 'worker.measure_tasks leaves out what is gone.';

-- migrate:down

-- Bodies may name functions that come later.
set local check_function_bodies = off;

drop table core.case_number_gaps;
drop table auth.log_in_rates;
drop table audit.restores;
drop policy all_to_owner on auth.home;
drop policy select_to_owner on core.document_removals;
drop trigger tg_home__refuse_removal on auth.home;
drop function core.find_number_faults();
drop function core.pass_over_numbers(jsonb, timestamptz, integer, bigint);
drop function audit.find_broken_links(uuid, uuid);
drop function audit.find_faults(uuid, uuid);
drop function auth.after_restore(jsonb, integer, boolean);
drop function auth.check_home(jsonb);
drop function auth.count_log_in(text, integer);
drop function auth.look_at_replication();
drop function auth.take_mark();
drop function worker.check_home(jsonb);
drop function worker.measure_tasks();
drop type worker.task_state;
drop type auth.restore;
revoke execute on function audit.entry_digest(bytea, audit.entries) from casefile_backup;
revoke execute on function audit.find_broken_chains(uuid) from casefile_backup;
comment on table auth.home is null;
comment on column auth.home.system_identifier is null;
comment on column auth.home.store_id is null;

-- db/functions/core/tg_case_number_series__in_use.sql
-- No number without its case
create or replace function core.tg_case_number_series__in_use()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  if not exists (
    select from core.cases as c
    where c.court_code = new.court_code and c.number_year = new.year and c.number_sequence = new.last_number
  ) then
    raise exception using errcode = 'JCFIX', message = 'A case number was taken for no case';
  end if;

  return null;
end;
$$;

comment on function core.tg_case_number_series__in_use() is
'At the end of the transaction the number is that of a case: an insert that came to nothing (on conflict do nothing) would
leave a gap.
Errors: JCFIX it is not.';

-- db/functions/audit/find_broken_chains.sql
-- Whether the audit trail is as it was written
create or replace function audit.find_broken_chains(p_case_id uuid default null)
returns table (case_id uuid, entry_id bigint, problem text)
language sql
stable
security invoker
set search_path = ''
-- Few entries are the last of their case, but not so few that each chain should look for its own among all.
set enable_nestloop = off
as $$
  with entries as (
    select
      e.case_id,
      e.id,
      e.digest,
      audit.entry_digest(lag(e.digest) over (partition by e.case_id order by e.id), e) as expected,
      row_number() over (partition by e.case_id order by e.id desc) as from_end,
      count(*) over (partition by e.case_id) as length
    from audit.entries as e
    where p_case_id is null or e.case_id = p_case_id
  )
  select e.case_id, e.id, 'changed, or an entry before it is missing'
  from entries as e
  where e.digest <> e.expected
  union all
  select c.case_id, e.id, 'entries are missing at the end'
  from audit.chains as c
  left join entries as e on e.case_id = c.case_id and e.from_end = 1
  where (p_case_id is null or c.case_id = p_case_id)
    and (e.length is distinct from c.length or e.digest <> c.digest)
  union all
  select c.id, null, 'without any audit entry'
  from core.cases as c
  where (p_case_id is null or c.id = p_case_id)
    and not exists (select from audit.chains as h where h.case_id = c.id);
$$;

-- db/functions/auth/sweep.sql
-- Remove what has expired
create or replace function auth.sweep(p_limit integer)
returns integer
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_sessions integer;
  v_answers integer;
  v_refusals integer;
  v_sign_ins integer;
begin
  -- Whoever has a row locked is about to remove it, or to take it over.
  delete from auth.sessions
  where ctid = any (array(
    select s.ctid from auth.sessions as s where s.expires_at <= now() order by s.expires_at limit p_limit for update skip locked
  ));
  get diagnostics v_sessions = row_count;

  delete from core.kept_answers
  where ctid = any (array(
    select k.ctid from core.kept_answers as k where k.expires_at <= now() order by k.expires_at limit p_limit for update skip locked
  ));
  get diagnostics v_answers = row_count;

  -- Rows of the audit are numbered as they come: the first of them are the oldest, and no index on the time is needed.
  delete from audit.refusals
  where id = any (array(
    select f.id
    from (select r.id, r.occurred_at from audit.refusals as r order by r.id limit p_limit) as f
    where f.occurred_at < now() - interval '2 years'
  ));
  get diagnostics v_refusals = row_count;

  delete from auth.sign_ins
  where id = any (array(
    select f.id
    from (select s.id, s.occurred_at from auth.sign_ins as s order by s.id limit p_limit) as f
    where f.occurred_at < now() - interval '2 years'
  ));
  get diagnostics v_sign_ins = row_count;

  return greatest(v_sessions, v_answers, v_refusals, v_sign_ins);
end;
$$;

comment on function auth.sweep(integer) is
'Removes expired sessions and answers, and refusals and sign-ins of two years ago, of each no more than the limit; how many of the one of which there were more.
As long as that is the limit, there is more to do. Definer: the server may not write the tables.';

-- db/functions/worker/measure_queue.sql
comment on function worker.measure_queue() is
'How many documents wait for a worker, and for how many seconds the oldest has; those that a worker has at the moment do not
wait. Reads the queue alone. Definer: the server, which reports it, may not read the table.';

-- db/policies/core.document_jobs.sql
comment on policy select_to_owner on core.document_jobs is 'worker.measure_queue counts them.';
