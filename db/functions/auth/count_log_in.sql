-- Count a log-in that begins, unless there were too many
create or replace function auth.count_log_in(p_client text, p_per_minute integer)
returns integer
language plpgsql
volatile
security definer
set search_path = ''
-- A plan made while the table was empty would read all of it for each log-in, until the next analyze.
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
'Counts a log-in and returns null if the client has begun fewer than p_per_minute within a minute; otherwise returns the seconds
until one more may begin. All servers count together. Definer: the server may not write the table.';

revoke all on function auth.count_log_in(text, integer) from public;
grant execute on function auth.count_log_in(text, integer) to casefile_api;
