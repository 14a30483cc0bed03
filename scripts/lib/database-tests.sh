# The tests of the database that scripts/test runs on its throw-away cluster, one function a step.
# shellcheck shell=bash

TEMPLATE=casefile_template
TAP_DATABASE=casefile_tap

migrate_template() {
  prepare_database "$TEMPLATE"
  dbmate_quietly "$TEMPLATE" migrate --strict
  mark_database "$TEMPLATE" TEST
  say "   $(applied_migrations "$TEMPLATE" | wc -l) migrations"
}

# All migrations down and up again must give the same as the first time.
test_down_and_up() {
  local database=casefile_down applied left
  drop_database "$database"
  prepare_database "$database"
  dbmate_quietly "$database" migrate --strict
  for ((applied = $(applied_migrations "$database" | wc -l); applied > 0; applied--)); do
    dbmate_quietly "$database" rollback
  done
  left=$(superuser_sql "select nspname from pg_namespace where nspname in ('api', 'core', 'audit', 'auth', 'worker', 'request')
    union all select relname from pg_class where relnamespace = 'public'::regnamespace and relname !~ '^schema_migrations'
    union all select proname from pg_proc where pronamespace = 'public'::regnamespace" "$database")
  [[ -z $left ]] || die "Migrating down leaves behind:" "$left" "See migrate:down of the migration that made it."
  dbmate_quietly "$database" migrate --strict
  URL_A=$(url_of postgres "$TEMPLATE") URL_B=$(url_of postgres "$database") \
    node "$SCRIPTS/lib/drift/main.mjs" "migrated up" "down and up again" ||
    die "Down and up again is not the same as up: see above." "Some migrate:down does not undo what its migrate:up did."
  drop_database "$database"
}

# A migration that is not released yet may change after it was applied: a database is brought to its present form, and keeps
# its rows. One that ran only some of the migrations that the baseline stands for is refused.
test_unreleased_migrations() {
  local database=casefile_unreleased MIGRATIONS=$STATE/unreleased output
  drop_database "$database"
  prepare_database "$database"
  rm -rf "$MIGRATIONS" && cp -r "$ROOT/db/migrations" "$MIGRATIONS"
  migration() {
    printf -- '-- migrate:up\nalter table core.courts add column %s text;\n-- migrate:down\nalter table core.courts drop column %s;\n' \
      "$2" "$2" >"$MIGRATIONS/$1"
  }
  migration 29990101000001_by_hand.sql first
  migration 29990101000002_sources.sql second
  (migrate_database "$database") >/dev/null
  superuser_sql "insert into core.courts values ('ZZFC', 'A court', 'Wales', 'first', 'second')" "$database"
  migration 29990101000001_by_hand.sql third
  (migrate_database "$database") >/dev/null
  output=$(superuser_sql "select to_json(c) from core.courts as c where code = 'ZZFC'" "$database")
  [[ $output == '{"code":"ZZFC","name":"A court","region":"Wales","third":null,"second":null}' ]] || die "Not brought to its present form: $output"
  rm "$MIGRATIONS"/2999*
  (migrate_database "$database") >/dev/null
  output=$(superuser_sql "select to_json(c) from core.courts as c where code = 'ZZFC'" "$database")
  [[ $output == '{"code":"ZZFC","name":"A court","region":"Wales"}' ]] || die "Not undone: $output"

  MIGRATIONS=$ROOT/db/migrations
  drop_database "$database"
  prepare_database "$database"
  sql "$(url_of casefile_migrator "$database")" "create table public.schema_migrations (version varchar primary key);
    insert into public.schema_migrations values ('20261124090000')"
  output=$(migrate_database "$database" 2>&1) && die "A database with some of the migrations before the baseline was not refused."
  [[ $output == *"Bring it up with those of commit 20fbd475"* ]] || die "The output does not say what to do:" "$output"
  drop_database "$database"
}

# rows_as_they_should_be DATABASE WHEN: of the demo, after migrations that are not released yet.
rows_as_they_should_be() {
  local found
  found=$(sql "$(url_of casefile_backup "$1")" "select f.problem from core.find_reach_faults('00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff') as f
    union all select f.problem from audit.find_faults('00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff') as f
    union all select f.problem from core.find_number_faults() as f
    union all select 'nobody reaches a case by name' where not exists (select from core.case_reach)
    union all select 'no row of ' || n from unnest('{audit.entries,core.assignments,core.organisation_links,core.status_change_particulars}'::text[]) as n
      where not exists (select from pg_catalog.pg_class as c where c.oid = n::regclass and pg_catalog.pg_relation_size(c.oid) > 0)")
  [[ -z $found ]] || die "$2, some rows are wrong:" "$found"
}

# The session that a released server continues to use until it stops.
old_server_works() {
  sql "$(url_of casefile_api "$1")" "begin;
    select auth.log_in(sha256('old'), null, 'olivia.officer', 'HMCTS_CASE_OFFICER', 'Birmingham Family Court');
    select auth.resume(sha256('old'), null, null);
    select api.create_case('FOSTER_TO_ADOPT', 'While a migration runs');
    select api.create_assignment(c.id, 'judge.judith', 'JUDICIAL'), api.link_organisation(c.id, 'leeds-city-council', 'LOCAL_AUTHORITY'),
      api.change_case_status(c.id, null, 'DIRECTIONS'), api.upload_document(c.id, 'a.pdf', 'court-order')
    from (select c.id from core.cases as c order by c.created_at desc limit 1) as c;
    commit;
    select auth.log_out(sha256('old'));" >/dev/null
}

# The rows of a release are brought to the present form while its servers work, and back, and there again. What they hold,
# constraints and checks tell.
test_rows_of_the_release() {
  local database=casefile_rows MIGRATIONS=$STATE/released counted count steps name
  count="select format('%s %s %s %s', (select count(*) from core.cases), (select count(*) from core.case_details), (select count(*) from core.assignments), (select count(*) from audit.entries))"
  drop_database "$database"
  prepare_database "$database"
  rm -rf "$MIGRATIONS" && mkdir "$MIGRATIONS"
  (cd "$ROOT/db/migrations" && released_migrations | xargs cp -t "$MIGRATIONS")
  dbmate_quietly "$database" migrate --strict
  mark_older_database "$database" TEST
  sql "$(url_of casefile_api "$database")" <"$SCRIPTS/demo.sql" >/dev/null
  for name in $(MIGRATIONS=$ROOT/db/migrations unreleased_migrations); do
    old_server_works "$database"
    cp "$ROOT/db/migrations/$name" "$MIGRATIONS"
    dbmate_quietly "$database" migrate --strict
  done
  counted=$(superuser_sql "$count" "$database")
  rows_as_they_should_be "$database" "Brought up"
  MIGRATIONS=$ROOT/db/migrations
  for ((steps = $(unreleased_migrations | wc -l); steps > 0; steps--)); do dbmate_quietly "$database" rollback; done
  [[ $(superuser_sql "$count" "$database") == "$counted" ]] || die "Migrating down loses rows: there were $counted."
  dbmate_quietly "$database" migrate --strict
  rows_as_they_should_be "$database" "Brought up once more"
  drop_database "$database"
}

# In its own schema, so that catalog tests do not see it.
load_pgtap() {
  local url
  drop_database "$TAP_DATABASE"
  superuser_sql "create database $TAP_DATABASE template $TEMPLATE"
  superuser_sql "alter database $TAP_DATABASE set search_path = public, tap"
  url=$(url_of postgres "$TAP_DATABASE")
  {
    say "create schema tap; grant usage on schema tap to public; set search_path = tap;"
    cat "$(pgtap_script)"
  } | sql "$url"
}

# The part of pg_prove's output about failed files.
failures_of() {
  awk '/^Test Summary Report/ { all = 1 }
    all { print; next }
    / \.+ ?$/ { file = $0; next }
    /^(not ok|#|psql:|LINE |DETAIL:|HINT:|CONTEXT:| +\^|Dubious|Failed|No subtests)/ {
      if (file) { print file; file = "" }
      print
    }'
}

test_pgtap() {
  local log=$STATE/pgtap.log status=0 passed failed
  load_pgtap
  [[ -n $(find "$ROOT/tests/db" -name '*.sql' -print -quit 2>/dev/null) ]] || die "There are no tests in tests/db."
  # Sorted, so that two runs can be compared.
  find "$ROOT/tests/db" -name '*.sql' -printf '%P\n' | sort >"$STATE/pgtap.files"
  (
    cd "$ROOT/tests/db"
    PGHOST=127.0.0.1 PGPORT=$(cluster_port) PGUSER=postgres PGPASSWORD=$(password_of postgres) PGDATABASE=$TAP_DATABASE \
      xargs pg_prove --verbose --merge <"$STATE/pgtap.files"
  ) >"$log" 2>&1 || status=$?
  passed=$(grep -c '^ok ' "$log" || true)
  failed=$(grep -c '^not ok ' "$log" || true)
  if ((status == 0)); then
    grep -E '^Files=|^Result:' "$log"
  else
    # A file that dies half-way has failed without a "not ok".
    ((failed > 0)) || failed=1
    failures_of <"$log"
  fi
  say "pgtap $passed $failed" >>"$STATE/counts"
  ((status == 0)) || die "pgTAP tests failed: see above." "The database tests alone: scripts/test db"
}

test_plpgsql_check() {
  local found
  found=$(superuser_sql "select count(*) from pg_available_extensions where name = 'plpgsql_check'")
  if ((found == 0)); then
    left_out "this server build has no plpgsql_check (install Debian's postgresql-$DEFAULT_POSTGRES-plpgsql-check)."
    return
  fi
  found=$(sql "$(url_of postgres "$TAP_DATABASE")" <"$SCRIPTS/lib/plpgsql-check.sql")
  [[ -z $found ]] || die "plpgsql_check found:" "$found"
  say "   nothing found"
}

# Breaks a copy of the template, and the roles, in every way that the comparison must name.
test_tamper() {
  local database=casefile_tampered log=$STATE/tamper.log status=0
  drop_database "$database"
  superuser_sql "create database $database template $TEMPLATE"
  prepare_database "$database"
  URL_A=$(url_of postgres "$TEMPLATE") URL_B=$(url_of postgres "$database") \
    node "$SCRIPTS/lib/drift/tamper.mjs" 2>&1 | tee "$log" || status=$?
  awk '/^   [0-9]+ passed, [0-9]+ failed$/ { print "tamper", $1, $3 }' "$log" >>"$STATE/counts"
  drop_database "$database"
  ((status == 0)) || die "The comparison missed something, or reported too much: see above." \
    "scripts/lib/drift/catalogue has the queries, scripts/lib/drift/tampers.mjs the expected findings."
}

# Opens grants and policies; db/docs/access.csv must show exactly these. The transaction is not committed.
test_openings() {
  local log=$STATE/openings.log status=0
  DATABASE_URL=$(url_of postgres "$TEMPLATE") node "$SCRIPTS/lib/docs/access/open.mjs" 2>&1 | tee "$log" || status=$?
  awk '/^   [0-9]+ passed, [0-9]+ failed$/ { print "openings", $1, $3 }' "$log" >>"$STATE/counts"
  ((status == 0)) || die "The access matrix does not show exactly what was opened: see above." \
    "If db/docs is out of date, run scripts/gen-docs first. scripts/lib/docs/access/openings.mjs lists what is opened."
}
