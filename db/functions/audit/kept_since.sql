-- Since when refusals and sign-ins are kept
create or replace function audit.kept_since()
returns timestamptz
language sql
stable
security invoker
set search_path = ''
as $$
  select now() - interval '2 years';
$$;

comment on function audit.kept_since() is 'Refusals and sign-ins from before it may be removed.';

revoke all on function audit.kept_since() from public;
grant execute on function audit.kept_since() to casefile_backup;
