\ir ../fixtures.psql
\ir ../documents.psql
\ir ../policies.psql

-- An attacker's expression in a statement under a caller's role: db/README.md, What is promised to whom.
create function fixture.every(p_promise text, p_code text, variadic p_expressions text[]) returns setof text language sql as $$
  select tap.is(outcome(s.name, 'select ' || e), p_code, format('%s: %s, %s', p_promise, s.name, e))
  from six as s, unnest(p_expressions) as e;
$$;

select every(
  'it cannot become another caller', '42501',
  'set_config(''role'', ''none'', true)', 'set_config(''role'', ''casefile_api'', true)', 'set_config(''session_authorization'', ''casefile_api'', true)',
  'set_config(''casefile.request_id'', '''', true)', 'auth.claim_session(sha256(''''), false)', 'auth.claims_prefix()',
  'auth.log_in(sha256(''''), null, ''x'', ''ADOPTER'')', 'auth.resume(sha256(''''), null, null)', 'request.get_case(sha256(''''), null, null, null)'
);
select every(
  'it cannot change a setting', '42501',
  'set_config(''statement_timeout'', ''0'', false)', 'set_config(''row_security'', ''off'', true)', 'set_config(''search_path'', ''pg_temp'', true)',
  'set_config(''session_replication_role'', ''replica'', true)', 'set_config(''transaction_read_only'', ''off'', true)', 'setseed(0)'
);
select every(
  'it runs no text as SQL', '42501',
  'query_to_xml(''explain select'', false, false, '''')', 'query_to_xml_and_xmlschema(''reset role'', false, false, '''')',
  '(select t.word from ts_stat(''select null::tsvector'') as t limit 1)', 'ts_rewrite(''a''::tsquery, ''select null::tsquery, null::tsquery'')'
);
select every(
  'it counts only its caller''s rows', '42501',
  'pg_stat_get_xact_numscans(''core.case_reach''::regclass)', 'pg_stat_get_xact_tuples_fetched(''core.case_details''::regclass)',
  'pg_stat_get_live_tuples(''core.cases''::regclass)', 'pg_stat_get_xact_function_calls(''core.claim(text)''::regprocedure)',
  '(select sum(t.idx_scan) from pg_stat_xact_user_tables as t)', '(select sum(t.n_live_tup) from pg_stat_user_tables as t)',
  '(select sum(t.heap_blks_hit) from pg_statio_user_tables as t)', '(select sum(i.idx_tup_read) from pg_stat_user_indexes as i)',
  '(select sum(f.calls) from pg_stat_xact_user_functions as f)',
  '(select sum(d.tup_returned) from pg_stat_database as d)', '(select sum(d.xact_commit) from pg_stat_database as d)',
  'currtid2(''core.cases'', ''(0,1)'')', 'currtid2(''core.case_details'', ''(0,1)'')'
);
select every(
  'it sees no other session', '42501',
  '(select count(a.application_name) from pg_stat_activity as a)', '(select count(*) from pg_locks)', '(select count(*) from pg_stat_ssl)',
  '(select count(*) from pg_stat_get_backend_idset())', 'pg_stat_get_backend_pid(1)', 'pg_blocking_pids(1)',
  '(select count(*) from pg_stat_progress_vacuum)', '(select count(*) from pg_stat_replication)', '(select count(*) from pg_stat_get_wal_senders())',
  '(select sum(pg_stat_get_db_numbackends(d.oid)) from pg_database as d)', 'txid_current_snapshot()', 'pg_export_snapshot()',
  'pg_safe_snapshot_blocking_pids(1)', 'pg_isolation_test_session_is_blocked(1, ''{2}'')'
);
-- By name: some of these are only in later versions.
select is_empty(
  $$
    select p.oid::regprocedure, s.name
    from pg_proc as p, six as s join callers as c on c.name = s.name
    where p.pronamespace = 'pg_catalog'::regnamespace
      and p.proname ~ '^(pg_current_snapshot|pg_stat_get_(lastscan|ins_since_vacuum|(xact_)?tuples_newpage_updated|db_sessions|backend_(subxact|io)))$'
      and has_function_privilege(lower(c.role), p.oid, 'execute')
  $$, 'functions that later versions add count nothing for a caller'
);
select every(
  'it touches nothing outside the tables', '42501',
  'lo_create(0)', 'lo_import(''/etc/passwd'')', 'pg_read_file(''/etc/passwd'')', 'pg_ls_dir(''.'')', 'pg_reload_conf()', 'pg_stat_reset()',
  'pg_notify(''document_jobs'', '''')', 'pg_advisory_xact_lock(1)', 'pg_logical_emit_message(true, '''', '''')'
);

select is(
  outcome(s.name, 'set local transaction_read_only = on; select api.claim_key(''x'', sha256(''''))'), '25006',
  'it changes nothing in an operation that only reads: ' || s.name
)
from six as s;

-- Its result, for each table with cases.
select act_as_dba();
create table fixture.of_cases as
select a.attrelid::regclass as name
from pg_attribute as a
join pg_class as c on c.oid = a.attrelid and c.relkind = 'r' and c.relnamespace in ('core'::regnamespace, 'audit'::regnamespace)
where a.attname = 'case_id' or a.attrelid = 'core.cases'::regclass and a.attname = 'id';
grant select on of_cases to public;
select is(
  seen(s.name, format('select count(*) from %s as t where t.%s = id_of(''theirs'')', o.name, case o.name::text when 'core.cases' then 'id' else 'case_id' end)),
  case when has_any_column_privilege(lower(c.role), o.name, 'select') then '0' else '42501' end,
  format('it gets no row beyond its caller''s reach: %s, %s', s.name, o.name)
)
from of_cases as o, six as s join callers as c on c.name = s.name;

select * from finish();
rollback;
