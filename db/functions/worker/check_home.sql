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
