-- The directory
create or replace function auth.list_directory()
returns setof auth.directory_entry
language sql
stable
security definer
set search_path = ''
as $$
  select u.user_id, u.issuer, u.subject, u.name, u.enabled, m.id, m.user_role::text, c.name, m.organisation_id
  from auth.users as u
  left join auth.memberships as m on m.user_id = u.user_id and m.ended_at is null
  left join core.courts as c on c.code = m.court_code
  order by u.user_id, m.user_role, c.name, m.organisation_id;
$$;

comment on function auth.list_directory() is
'Every user with their active memberships; a user without any has a row as well.';

revoke all on function auth.list_directory() from public;
grant execute on function auth.list_directory() to casefile_registrar;
