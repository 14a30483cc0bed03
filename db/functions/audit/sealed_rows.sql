-- The rows of a journal, as a seal has them
create or replace function audit.sealed_rows(p_journal audit.journal, p_after bigint, p_last bigint)
returns table (id bigint, occurred_at timestamptz, content bytea)
language sql
stable
security invoker
-- Without a search path, so that it is inlined into queries that each read one journal.
as $$
  select c.id, c.occurred_at, pg_catalog.record_send(row(c.id, c.occurred_at, c.actor, c.entity, c.entity_id, c.before, c.after))
  from auth.directory_changes as c
  where p_journal = 'auth.directory_changes' and c.id > p_after and c.id <= p_last
  union all
  select c.id, c.occurred_at, pg_catalog.record_send(row(c.id, c.occurred_at, c.actor, c.table_name, c.row_key, c.before, c.after))
  from audit.reference_changes as c
  where p_journal = 'audit.reference_changes' and c.id > p_after and c.id <= p_last
  union all
  select
    r.id, r.occurred_at,
    pg_catalog.record_send(row(
      r.id, r.occurred_at, r.actor, r.old_system_identifier, r.system_identifier, r.old_store_id, r.store_id, r.last_entry_id,
      r.marked_entry_id, r.marked_at, r.sessions_ended, r.keys_ended, r.number_gap
    ))
  from audit.restores as r
  where p_journal = 'audit.restores' and r.id > p_after and r.id <= p_last
  union all
  select
    a.id, a.recorded_at,
    pg_catalog.record_send(row(a.id, a.recorded_at, a.actor, a.taken_at, a.cases, a.root, a.digest, a.journals))
  from audit.anchors as a
  where p_journal = 'audit.anchors' and a.id > p_after and a.id <= p_last
  union all
  select
    r.id, r.occurred_at,
    pg_catalog.record_send(row(
      r.id, r.case_id, r.operation, r.user_id, r.user_role, r.reason, r.occurred_at, r.request_id, r.client_address, r.times
    ))
  from audit.refusals as r
  where p_journal = 'audit.refusals' and r.id > p_after and r.id <= p_last
  union all
  select
    s.id, s.occurred_at,
    pg_catalog.record_send(row(
      s.id, s.occurred_at, s.issuer, s.subject, s.user_id, s.user_role::text, s.kind, s.outcome, s.client_address, s.request_id
    ))
  from auth.sign_ins as s
  where p_journal = 'auth.sign_ins' and s.id > p_after and s.id <= p_last;
$$;

comment on function audit.sealed_rows(audit.journal, bigint, bigint) is
'The rows after one id up to another, each with all columns in PostgreSQL''s binary form of a row, in which different rows have
different bytes.';

revoke all on function audit.sealed_rows(audit.journal, bigint, bigint) from public;
grant execute on function audit.sealed_rows(audit.journal, bigint, bigint) to casefile_backup;
