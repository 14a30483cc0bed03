# dbmate, and the databases that it migrates.
# shellcheck shell=bash

MIGRATIONS=$ROOT/db/migrations
DBMATE=("$SCRIPTS/node_modules/@dbmate/linux-$(machine)/bin/dbmate" --env-file /dev/null
  --schema-file "$ROOT/db/schema.sql" --no-dump-schema)

# run_dbmate migrate|rollback FOLDER WAIT LOCK_WAIT: on DATABASE_URL, as the last thing that this process does.
run_dbmate() {
  exec node "$SCRIPTS/lib/migrate.mjs" "$@" "${DBMATE[@]}" --migrations-dir "$2"
}

# migrate_database DATABASE: one of this cluster. What was applied of the unreleased migrations, and has changed since, is
# taken back first, by the way back that it had then.
migrate_database() {
  take_back_changed "$1"
  DATABASE_URL=$(url_of casefile_migrator "$1") "$SCRIPTS/migrate" --migrations "$MIGRATIONS" || return
  keep_applied "$1"
}

# The unreleased migrations as they were applied.
kept_texts() { say "$STATE/applied/$1"; }

keep_applied() {
  local kept file
  kept=$(kept_texts "$1")
  rm -rf "$kept"
  mkdir -p "$kept"
  for file in $(unreleased_migrations); do cp "$MIGRATIONS/$file" "$kept"; done
}

# migrations_as_applied DATABASE FOLDER: makes the folder anew, with the migrations that the database ran, as it ran them.
migrations_as_applied() {
  local version file
  rm -rf "$2"
  mkdir "$2"
  for version in $(applied_migrations "$1"); do
    for file in "$(kept_texts "$1")/${version}_"*.sql "$MIGRATIONS/${version}_"*.sql; do
      if [[ -e $file ]]; then
        cp "$file" "$2"
        continue 2
      fi
    done
    # One that the baseline stands for.
    [[ $version < $(known_migrations | head -n 1) ]] ||
      die "The database $1 has run the migration $version, which is not here." \
        "Check out the branch that it came from, or begin anew with scripts/db reset, which drops its data."
  done
}

take_back_changed() {
  local database=$1 folder file count
  folder=$STATE/as-applied
  migrations_as_applied "$database" "$folder"
  for file in "$folder"/*.sql; do
    [[ -e $file ]] || break
    if cmp -s "$file" "$MIGRATIONS/${file##*/}"; then continue; fi
    count=$(find "$folder" -name '*.sql' | sort | sed -n "\\|$file|,\$p" | wc -l)
    say "   ${file##*/} has changed since it was applied: taking $count back first"
    for ((; count > 0; count--)); do MIGRATIONS=$folder dbmate_quietly "$database" rollback; done
    break
  done
  rm -r "$folder"
}

# dbmate_quietly DATABASE ARGUMENT...: where nobody else migrates; says nothing unless it fails.
dbmate_quietly() {
  local output
  output=$(DATABASE_URL=$(url_of casefile_migrator "$1") "${DBMATE[@]}" --migrations-dir "$MIGRATIONS" "${@:2}" 2>&1) ||
    die "dbmate failed:" "$output"
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
