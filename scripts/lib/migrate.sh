# dbmate, and the databases that it migrates.
# shellcheck shell=bash

MIGRATIONS=$ROOT/db/migrations
DBMATE=("$SCRIPTS/node_modules/@dbmate/linux-$(machine)/bin/dbmate" --env-file /dev/null
  --schema-file "$ROOT/db/schema.sql" --no-dump-schema)

# run_dbmate migrate|rollback FOLDER WAIT LOCK_WAIT LOCK_TRIES: on DATABASE_URL, as the last thing that this process does.
run_dbmate() {
  exec node "$SCRIPTS/lib/migrate/main.mjs" "$@" "${DBMATE[@]}" --migrations-dir "$2"
}

# explain_migrations FOLDER WAIT: what the pending ones would do to DATABASE_URL, tried on a throw-away cluster.
explain_migrations() {
  use_throwaway
  start_cluster >/dev/null
  COPY_URL=$(url_of casefile_migrator) node "$SCRIPTS/lib/migrate/explain.mjs" "$@"
}


# dbmate_quietly DATABASE ARGUMENT...: where nobody else migrates; says nothing unless it fails.
dbmate_quietly() {
  local output
  output=$(DATABASE_URL=$(url_of casefile_migrator "$1") "${DBMATE[@]}" --migrations-dir "$MIGRATIONS" "${@:2}" 2>&1) ||
    die "dbmate failed:" "$output"
}

# mark_database DATABASE KIND: one that was just migrated; the mock works in those that are LOCAL or TEST.
mark_database() { sql "$(url_of casefile_migrator "$1")" "select auth.mark_database('$2')" >/dev/null; }

# load_demonstration_users ISSUER: only into an empty directory; what is there stays.
load_demonstration_users() {
  if [[ $(superuser_sql 'select exists (select from auth.users)' "$DATABASE") == f ]]; then
    { say "select set_config('demonstration.issuer', '$1', false);" && cat "$SCRIPTS/demo-directory.sql"; } |
      sql "$(url_of postgres)" >/dev/null
  fi
}

# load_demonstration_documents STORE: for cases of scripts/demo.sql, with the bytes in that folder.
load_demonstration_documents() {
  local case=01970000-0000-7000-8000-00000000000 document=01970000-0000-7000-8000-00000000001
  install -D -m 600 "$SCRIPTS/demo-order.pdf" "$1/${case}1/${document}1"
  install -D -m 600 "$SCRIPTS/demo-order.pdf" "$1/${case}3/${document}2"
  sql "$(url_of postgres)" <"$SCRIPTS/demo-documents.sql" >/dev/null
}

# mark_older_database DATABASE KIND: one that may have had cases before there were marks; only a superuser may, and ours is.
mark_older_database() {
  superuser_sql "insert into auth.database_kind (kind) select '$2' where not exists (select from auth.database_kind)" "$1"
}

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
