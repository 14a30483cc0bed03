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
  -- Skips locked rows: another session is removing or taking them over.
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

  -- Only whole seals that an anchor contains.
  delete from audit.refusals
  where id = any (array(
    select r.id from audit.refusals as r where r.id <= audit.last_expired('audit.refusals') order by r.id limit p_limit
  ));
  get diagnostics v_refusals = row_count;

  delete from auth.sign_ins
  where id = any (array(
    select s.id from auth.sign_ins as s where s.id <= audit.last_expired('auth.sign_ins') order by s.id limit p_limit
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
'Removes expired sessions, answers and counts of log-ins, and refusals and sign-ins from over two years ago that an anchor
contains; of each, at most the limit. Returns the largest of these numbers. If that is the limit, there is more to do. Definer:
the server may not write the tables.';

revoke all on function auth.sweep(integer) from public;
grant execute on function auth.sweep(integer) to casefile_api;
