# dbmate as somebody runs it by hand, at the top of the clone with nothing but DATABASE_URL: it reads .env there.
# shellcheck shell=bash

BY_HAND=casefile_by_hand

# by_hand ARGUMENT...: gives what dbmate says.
by_hand() {
  (cd "$ROOT" && DATABASE_URL=$(url_of casefile_migrator "$BY_HAND") "${DBMATE[0]}" "$@" 2>&1)
}

# by_hand_fails WORDS ARGUMENT...: it must fail, and say why.
by_hand_fails() {
  local said
  if said=$(by_hand "${@:2}"); then die "dbmate ${*:2} must fail, and did not:" "$said"; fi
  [[ $said == *"$1"* ]] || die "dbmate ${*:2} fails, but does not say \"$1\":" "$said"
}

fresh_by_hand() {
  drop_database "$BY_HAND"
  prepare_database "$BY_HAND"
}

same_as_scripts_migrate() {
  URL_A=$(url_of postgres "$1") URL_B=$(url_of postgres "$BY_HAND") \
    node "$SCRIPTS/lib/drift/main.mjs" "scripts/migrate" "dbmate by hand" ||
    die "dbmate by hand gives something else than scripts/migrate: see above." "$2"
}

test_up_and_rollback_by_hand() {
  local reference=casefile_by_script status
  drop_database "$reference"
  prepare_database "$reference"
  DATABASE_URL=$(url_of casefile_migrator "$reference") "$SCRIPTS/migrate" >/dev/null
  fresh_by_hand
  by_hand up >/dev/null
  status=$(by_hand status)
  [[ $status == *"Pending: 0"* ]] || die "After dbmate up something is pending:" "$status"
  same_as_scripts_migrate "$reference" "It was: dbmate up"
  by_hand rollback >/dev/null
  by_hand up >/dev/null
  same_as_scripts_migrate "$reference" "It was: dbmate rollback, and dbmate up again"
  drop_database "$reference"
}

test_late_migration_by_hand() {
  local folder=$STATE/late
  mkdir -p "$folder"
  cp "$MIGRATIONS"/*.sql "$folder"
  say "-- migrate:up" "create table public.late ();" "-- migrate:down" >"$folder/1_late.sql"
  by_hand_fails "out of order" --migrations-dir "$folder" up
  rm -r "$folder"
}

test_drop_by_hand() {
  local owner
  # The earlier state, to test the handover, too.
  superuser_sql "alter database $BY_HAND owner to casefile_owner"
  prepare_database "$BY_HAND"
  owner=$(superuser_sql "select datdba::regrole from pg_database where datname = '$BY_HAND'")
  [[ $owner == postgres ]] || die "db/roles.sql leaves the database to ${owner:-nobody}."
  # From another database, which is closed; if it were open, only the owner could drop.
  by_hand_fails "permission denied for database" drop
  superuser_sql "grant connect on database postgres to casefile_migrator"
  by_hand_fails "must be owner of database" drop
  superuser_sql "revoke connect on database postgres from casefile_migrator"
  superuser_sql "select from pg_tables where tablename = 'cases'" "$BY_HAND" >/dev/null
}

test_load_by_hand() {
  local left
  fresh_by_hand
  by_hand_fails "This dump is for reading" load
  left=$(superuser_sql "select nspname from pg_namespace where nspname in ('api', 'core', 'audit', 'auth', 'worker', 'request')
    union all select relname from pg_class where relnamespace = 'public'::regnamespace" "$BY_HAND")
  [[ -z $left ]] || die "dbmate load fails, but leaves behind:" "$left"
}

test_by_hand() {
  test_up_and_rollback_by_hand
  test_late_migration_by_hand
  test_drop_by_hand
  test_load_by_hand
  drop_database "$BY_HAND"
}
