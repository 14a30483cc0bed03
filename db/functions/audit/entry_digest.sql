-- The digest that chains an audit entry to the one before
create or replace function audit.entry_digest(p_previous bytea, p_entry audit.entries)
returns bytea
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  if p_entry.digest_form = 2 then
    -- PostgreSQL's binary form of a row: the type, length (-1 for null) and bytes of each field. Times are in microseconds.
    return sha256(record_send(row(
      p_entry.digest_form, p_previous, p_entry.id, p_entry.case_id, p_entry.entity, p_entry.entity_id, p_entry.action::text,
      p_entry.actor, p_entry.actor_role, p_entry.occurred_at, p_entry.before, p_entry.after, p_entry.request_id,
      p_entry.client_address, p_entry.court_code
    )));
  elsif p_entry.digest_form = 1 then
    -- This form cannot tell BC from AD, or null from the null of JSON.
    return sha256(
      coalesce(p_previous, '') || convert_to(
        jsonb_build_array(
          p_entry.id, p_entry.case_id, p_entry.entity, p_entry.entity_id, p_entry.action::text, p_entry.actor,
          p_entry.actor_role, to_char(p_entry.occurred_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'),
          p_entry.before, p_entry.after, p_entry.request_id, p_entry.client_address
        )::text,
        'UTF8'
      )
    );
  end if;

  return null;
end;
$$;

comment on function audit.entry_digest(bytea, audit.entries) is
'SHA-256 over the previous digest and every column of the entry except its own digest, in the form that the entry names. In the
second form, different entries have different digests. The first form, of entries from before 0.7.0, also leaves out the court.
Null for an unknown form.';

revoke all on function audit.entry_digest(bytea, audit.entries) from public;
grant execute on function audit.entry_digest(bytea, audit.entries) to casefile_backup;
