-- GET /api/courts
create or replace function api.list_courts()
returns api.court[]
language sql
stable
security definer
set search_path = ''
as $$
  select array(select row(c.code, c.name, c.region)::api.court from core.courts as c order by c.name);
$$;

comment on function api.list_courts() is
'Every family court, by name. Definer: the server calls it without a session.';

revoke all on function api.list_courts() from public;
grant execute on function api.list_courts() to casefile_api;
