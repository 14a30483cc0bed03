-- migrate:up

-- Written by scripts/gen-migration: what the sources in db/ say anew.

-- Bodies may name functions that come later.
set local check_function_bodies = off;

-- db/types/worker.task_state.sql
create type worker.task_state as (task text, waiting bigint, oldest_seconds double precision);
comment on type worker.task_state is 'How many documents wait for one kind of work, and how long the oldest has.';

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

-- db/policies/auth.log_in_rates.sql
-- How often log-ins were begun: written and read by auth.count_log_in and auth.sweep alone.

alter table auth.log_in_rates enable row level security;
alter table auth.log_in_rates force row level security;

create policy all_to_owner on auth.log_in_rates for all
to casefile_owner
using (true) with check (true);
comment on policy all_to_owner on auth.log_in_rates is 'Functions of the owner count, and sweep.';
revoke all on auth.log_in_rates from public;

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

drop table auth.log_in_rates;
drop policy select_to_owner on core.document_removals;
drop function auth.count_log_in(text, integer);
drop function worker.measure_tasks();
drop type worker.task_state;

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
