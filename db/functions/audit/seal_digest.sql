-- The digest that chains a seal to the one before
create or replace function audit.seal_digest(p_previous bytea, p_seal audit.seals)
returns bytea
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  return sha256(record_send(row(
    p_seal.form, p_previous, p_seal.journal::text, p_seal.number, p_seal.last_id, p_seal.row_count, p_seal.newest_at, p_seal.sealed_at,
    p_seal.content
  )));
end;
$$;

comment on function audit.seal_digest(bytea, audit.seals) is
'SHA-256 over the previous digest and every column of the seal except its own digest, in PostgreSQL''s binary form of a row.';

revoke all on function audit.seal_digest(bytea, audit.seals) from public;
grant execute on function audit.seal_digest(bytea, audit.seals) to casefile_backup;
