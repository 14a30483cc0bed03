-- auth.check_home, for the worker
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
'auth.check_home, for the worker: on a restored database, the worker would remove documents that the database does not know.
Definer: the worker may not look into auth.';

revoke all on function worker.check_home(jsonb) from public;
grant execute on function worker.check_home(jsonb) to document_processor;
