-- The sessions for which the migrator's statements wait, and where. Details that a login may not see are null.
select
  n.nspname || '.' || c.relname as relation, w.locktype, w.mode as wanted, b.pid, h.mode as held, h.virtualtransaction,
  a.usename, a.application_name, a.query, p.gid,
  extract(epoch from clock_timestamp() - coalesce(a.xact_start, p.prepared))::integer as seconds
from pg_locks as w
join pg_stat_activity as own on own.pid = w.pid and own.datname = current_database() and own.usename = session_user
cross join unnest(pg_blocking_pids(w.pid)) as b (pid)
left join pg_class as c on c.oid = w.relation
left join pg_namespace as n on n.oid = c.relnamespace
-- A prepared transaction has no process: 0 as a blocking one, null in the locks.
left join pg_locks as h on h.granted and coalesce(h.pid, 0) = b.pid
  and (h.locktype, h.database, h.relation, h.transactionid, h.virtualxid, h.classid, h.objid)
    is not distinct from (w.locktype, w.database, w.relation, w.transactionid, w.virtualxid, w.classid, w.objid)
left join pg_stat_activity as a on a.pid = b.pid
left join pg_locks as t on b.pid = 0 and t.pid is null and t.locktype = 'transactionid' and t.mode = 'ExclusiveLock'
  and t.virtualtransaction = h.virtualtransaction
left join pg_prepared_xacts as p on p.transaction = t.transactionid
where not w.granted and w.locktype <> 'advisory' and w.pid <> pg_backend_pid();
