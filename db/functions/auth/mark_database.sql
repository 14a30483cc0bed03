-- Say what this database is for
create or replace function auth.mark_database(p_kind text)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
-- Off in the sessions of casefile_migrator.
set row_security = on
as $$
begin
  if exists (select from core.cases) or exists (select from auth.database_kind) then
    raise exception using errcode = 'JCFIX', message = 'A database can be marked only once, and only before it has cases';
  end if;

  insert into auth.database_kind (kind) values (p_kind);
end;
$$;

comment on function auth.mark_database(text) is
'Marks a database as LOCAL, TEST, DEV or PROD: once, while it has no cases. Only for the owner. The mock opens sessions only in a
database marked LOCAL or TEST.
Errors: JCFIX there are cases, or it is marked already.';

revoke all on function auth.mark_database(text) from public;
