# The time and size of a backup and a restore: scripts/drill restore --cases N.
# shellcheck shell=bash

# shellcheck source=../bench/caseload.sh
source "$SCRIPTS/lib/bench/caseload.sh"

minutes() { awk -v from="${1/,/.}" -v to="${EPOCHREALTIME/,/.}" 'BEGIN { s = to - from; printf "%d:%04.1f", s / 60, s % 60 }'; }

# measure "what" COMMAND...: a row of the table, with what SIZE says afterwards.
measure() {
  local what=$1 from=$EPOCHREALTIME took
  shift
  SIZE=
  "$@" >>"$STATE/measure.log" 2>&1 || die "$what failed; the end of $STATE/measure.log:" "$(tail -n 15 "$STATE/measure.log")"
  took=$(minutes "$from")
  rows+=("| $what | $took | $SIZE |")
  say "   $what: $took $SIZE" >&2
}

take_backup() {
  DATABASE_URL=$(url_of casefile_backup "$database") "$SCRIPTS/backup" "$STATE/backup"
  SIZE=$(du -sh "$STATE/backup" | cut -f 1)
}

restore_backup() {
  superuser_sql "create database restored template template0"
  DATABASE_URL=$(url_of postgres restored) "$SCRIPTS/restore" "$STATE/backup"
  SIZE=$(superuser_sql "select pg_size_pretty(pg_database_size('restored'))")
}

# keep_restored COMMAND...: of the program, on what was restored.
keep_restored() {
  MIGRATOR_DATABASE_URL=$(url_of casefile_migrator restored) BACKUP_DATABASE_URL=$(url_of casefile_backup restored) APP_ENV=TEST \
    DOCUMENT_STORE_URL=file://$STATE/documents AUDIT_ANCHOR_KEY_FILE=$STATE/anchor-key.pem "$CASEFILE" "$@"
}

take_anchor() {
  [[ -f $STATE/anchor-key.pem ]] || openssl genpkey -algorithm ed25519 -out "$STATE/anchor-key.pem"
  keep_restored audit anchor
  SIZE=$(du -sh "$(printf '%s\n' "$STATE"/documents/audit-anchors/* | tail -n 1)" | cut -f 1)
}

# Like on another cluster.
see_to_it() {
  superuser_sql "update auth.home set system_identifier = '1'" restored
  keep_restored after-restore
}

measure_restore() {
  local cases=$1 database=caseload_$1 rows=() SIZE
  # shellcheck disable=SC2034 # for start_cluster
  DATABASE=postgres
  start_cluster >&2
  provide_caseload "$cases" >&2
  superuser_sql "drop schema bench cascade" "$database" # fsck would name it
  measure "\`scripts/backup\`, dump of $(superuser_sql "select pg_size_pretty(pg_database_size('$database'))")" take_backup
  measure "\`scripts/restore\`, compared with what was dumped" restore_backup
  measure "\`casefile after-restore\`" see_to_it
  measure "\`casefile fsck --audit\`, every entry's digest" keep_restored fsck --audit
  measure "the first \`casefile audit anchor\`, which reads every entry" take_anchor
  measure "each after it" take_anchor
  measure "\`casefile audit verify --since latest\`" keep_restored audit verify --since latest
  measure "\`casefile fsck --privileges\`" keep_restored fsck --privileges
  say "" "\`scripts/drill restore --cases $cases\` on $(date --utc +%F): $(nproc) cores, PostgreSQL $(server_version)" "" \
    "| what | minutes | size |" "| --- | --- | --- |" "${rows[@]}"
}
