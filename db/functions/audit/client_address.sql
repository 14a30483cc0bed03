-- Where a request comes from, for the audit
create or replace function audit.client_address()
returns text
language sql
stable
security invoker
set search_path = ''
as $$
  select left(nullif(current_setting('casefile.client_address', true), ''), 100);
$$;

comment on function audit.client_address() is
'The address that the server states, or null. A caller who can run SQL could state anything, so only as many characters are kept as
an address can have.';

revoke all on function audit.client_address() from public;
