# Breaks databases to see that tests notice.
# shellcheck shell=bash

run_mutants() { nice node "$SCRIPTS/lib/mutants/main.mjs" "$ROOT/db" "$ROOT/tests/db" "$@"; }

# shellcheck disable=SC2016 # the server reads the dollars
# Autovacuum would record the tables as empty between tests, and plans of tests that fill them would assume that.
WITHOUT_AUTOVACUUM='
  do $$
  declare
    v_table regclass;
  begin
    for v_table in
      select c.oid from pg_class as c where c.relkind = $r$r$r$ and c.relnamespace = any ($n${core,audit,auth,worker}$n$::regnamespace[])
    loop
      execute format($s$alter table %s set (autovacuum_enabled = off)$s$, v_table);
    end loop;
  end;
  $$'

# break_databases JOBS OPTION...: in copies of the database that has pgTAP, one a job.
break_databases() {
  local jobs=$1 job database urls=() status=0
  shift
  for ((job = 1; job <= jobs; job++)); do
    database=casefile_mutant_$job
    drop_database "$database"
    superuser_sql "create database $database template $TAP_DATABASE"
    superuser_sql "alter database $database set search_path = public, tap"
    superuser_sql "$WITHOUT_AUTOVACUUM" "$database"
    urls+=("$(url_of postgres "$database")")
  done
  URLS=${urls[*]} run_mutants "$@" || status=$?
  for ((job = 1; job <= jobs; job++)); do drop_database "casefile_mutant_$job"; done
  return "$status"
}

# Ten, different each day. It prints the seed, with which scripts/mutants repeats a run.
test_mutants() {
  local log=$STATE/mutants.log status=0
  load_pgtap
  break_databases 1 --sample 10 2>&1 | tee "$log" || status=$?
  awk '/^   [0-9]+ passed, [0-9]+ failed/ { print "mutants", $1, $3 }' "$log" >>"$STATE/counts"
  return "$status"
}
