# The caseloads of scripts/bench: each is loaded once into a database of its own (caseload_N), and measured in a copy
# (bench_N), as measuring changes it.
# shellcheck shell=bash

BENCH=$SCRIPTS/lib/bench
LOADING=(cases people documents audit finish)

hash_of() { cat "$@" | sha256sum | cut -d ' ' -f 1; }

# The files that loaded a caseload, and then its migrations, one a line.
loading_stamp() { hash_of "$BENCH"/caseload/*.sql; }
migrations_stamp() { (cd "$ROOT/db/migrations" && sha256sum -- *.sql); }
stamp_of() { say "$(loading_stamp)" "$(migrations_stamp)"; }

has_database() { [[ $(superuser_sql "select count(*) from pg_database where datname = '$1'") == 1 ]]; }

# provide_caseload CASES: the one that is there, if it is still what loading it would give.
provide_caseload() {
  local cases=$1 database=caseload_$1
  local stamp=$STATE/$database.stamp
  if [[ -f $stamp ]] && has_database "$database"; then
    if [[ $(cat "$stamp") == "$(stamp_of)" ]]; then return; fi
    # Later migrations are applied, as in any database; its earlier ones must be unchanged.
    if [[ $(head -n 1 "$stamp") == "$(loading_stamp)" ]] && [[ -z $(comm -23 <(tail -n +2 "$stamp" | sort) <(migrations_stamp | sort)) ]]; then
      dbmate_quietly "$database" migrate --strict
      mark_older_database "$database" TEST
      stamp_of >"$stamp"
      drop_database "bench_$cases"
      return
    fi
  fi
  step "loading $cases cases (once)" load_caseload "$cases"
}

load_caseload() {
  local cases=$1 database=caseload_$1 url name
  rm -f "$STATE/$database.stamp"
  drop_database "$database"
  drop_database "bench_$cases"
  prepare_database "$database"
  dbmate_quietly "$database" migrate --strict
  mark_database "$database" TEST
  url=$(url_of postgres "$database")
  {
    say "set bench.cases = $cases;"
    for name in "${LOADING[@]}"; do cat "$BENCH/caseload/$name.sql"; done
  } | sql "$url" >/dev/null
  sql "$url" "vacuum (freeze, analyze)"
  check_caseload "$cases"
  sync -f "$PGHOME"
  stamp_of >"$STATE/$database.stamp"
}

check_caseload() {
  local faults
  faults=$({
    # Otherwise audit.find_broken_chains joins row by row, because the planner does not know their number.
    say "set bench.cases = $1; set work_mem = '256MB'; set enable_nestloop = off;"
    cat "$BENCH/caseload/check.sql"
  } | sql "$(url_of postgres "caseload_$1")")
  [[ -z $faults ]] || die "The caseload is not sound:" "$faults"
}

# provide_copy CASES KEEP: the copy that is there if it may be kept and has fresh cases left, else a new one.
provide_copy() {
  local cases=$1 keep=$2 database=bench_$1 strategy=
  if $keep && has_database "$database" &&
    [[ $(superuser_sql "select taken < count / 2 from bench.fresh_cases" "$database") == t ]]; then
    return
  fi
  drop_database "$database"
  if (($(superuser_sql 'show server_version_num') >= 150000)); then strategy="strategy file_copy"; fi
  rm -rf "$STATE/documents/$database" # of the database that was dropped
  superuser_sql "create database $database template caseload_$cases $strategy"
  prepare_database "$database"
}
