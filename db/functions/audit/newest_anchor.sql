-- When the newest anchor was taken
create or replace function audit.newest_anchor()
returns double precision
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(extract(epoch from max(a.taken_at)), 0)::double precision from audit.anchors as a;
$$;

comment on function audit.newest_anchor() is
'The moment that the newest recorded anchor shows, in seconds since 1970; 0 without one. Definer: the server, which reports it,
may not read the table.';

revoke all on function audit.newest_anchor() from public;
grant execute on function audit.newest_anchor() to casefile_api;
