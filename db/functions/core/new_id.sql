-- The identifier of a new row
create or replace function core.new_id()
returns uuid
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  return (
    lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0')
    || '7' || substr(md5(random()::text), 1, 3)
    || to_hex(8 + floor(random() * 4)::integer)
    || substr(md5(random()::text || clock_timestamp()::text || pg_backend_pid()::text), 1, 15)
  )::uuid;
end;
$$;

comment on function core.new_id() is
'A UUID of version 7: new rows land together at the end of their index. Not a secret. (gen_random_uuid is not in PostgreSQL 12.)';

revoke all on function core.new_id() from public;
grant execute on function core.new_id() to casefile_caller, document_processor;
