# dbmate, and the databases that it migrates.
# shellcheck shell=bash

# run_dbmate URL COMMAND: as the migrator, and strictly in order. dbmate takes no lock itself.
run_dbmate() {
  local url=$1
  shift
  DATABASE_URL=$url node "$SCRIPTS/lib/with-lock.mjs" \
    "$SCRIPTS/node_modules/@dbmate/linux-$(machine)/bin/dbmate" --env-file /dev/null --migrations-dir "$ROOT/db/migrations" \
    --schema-file "$ROOT/db/schema.sql" --no-dump-schema "$@"
}

migrate_database() { run_dbmate "$(url_of casefile_migrator "$1")" migrate --strict; }

applied_migrations() {
  superuser_sql "select count(*) from pg_tables where tablename = 'schema_migrations'" "$1" | grep -qx 1 || return 0
  superuser_sql 'select version from public.schema_migrations order by version' "$1"
}

# The versions of the migrations that exist as files, in order.
known_migrations() { find "$ROOT/db/migrations" -name "*.sql" -printf "%f\n" | sed -E "s/_.*//" | sort; }

pending_migrations() { comm -13 <(applied_migrations "$1" | sort) <(known_migrations); }

# PostgreSQL 12 has no "drop database ... with (force)".
drop_database() {
  superuser_sql "select pg_terminate_backend(pid) from pg_stat_activity where datname = '$1'" >/dev/null
  superuser_sql "drop database if exists \"$1\""
}
