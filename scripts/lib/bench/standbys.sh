#!/usr/bin/env bash
# The benefit of reads on standbys: GET of one case by 10 connections, on the primary alone and on one and two standbys, as a
# table. All run on this machine: so look at the primary's processors, and not only at the rate.
# Usage: scripts/lib/bench/standbys.sh [SECONDS]
set -euo pipefail

seconds=${1:-5}
# shellcheck source=../common.sh
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"
need_all rust compiler node wrk

(cd "$ROOT" && cargo build --release --locked --quiet)
casefile=$(realpath -m "${CARGO_TARGET_DIR:-$ROOT/target}")/release/casefile
use_throwaway
started=()
clean_up() {
  trap '' INT TERM HUP
  ((${#started[@]} == 0)) || kill -INT "${started[@]}" 2>/dev/null || true
  wait
  remove_throwaway "$STATE"
}
trap clean_up EXIT
start_cluster >&2
"$SCRIPTS/db" migrate >&2

# Processor time of a cluster, in hundredths of a second.
processor_time() {
  local processes process total=0 fields
  mapfile -t processes < <(find /proc -maxdepth 2 -name cwd -lname "$1" -printf '%h\n' 2>/dev/null)
  for process in "${processes[@]}"; do
    read -ra fields < <(sed 's/.*) //' "$process/stat" 2>/dev/null) || continue
    total=$((total + fields[11] + fields[12]))
  done
  say "$total"
}

# until_so WORD...: for a minute at most.
until_so() {
  local tries
  for ((tries = 0; tries < 300; tries++)); do
    if "$@" >/dev/null 2>&1; then return; fi
    sleep 0.2
  done
  die "Tried for a minute without success: $*"
}

set_primary() {
  superuser_sql "alter system set $1 = '$2'"
  superuser_sql "select pg_reload_conf()" >/dev/null
}

reads() { curl -sf "$api/metrics" | awk '$1 == "casefile_standby_reads_total" { n = $2 } END { print n + 0 }'; }

is_read_from_standbys() {
  local before
  before=$(reads)
  curl -sf -H "Cookie: $cookie" "$api/api/cases/$case" >/dev/null
  (($(reads) > before))
}

# measure STANDBYS
measure() {
  local port before after list=$STATE/answers said
  port=$(free_port) api=http://127.0.0.1:$port
  env APP_ENV=TEST AUTH_MODE=mock LOG_FORMAT=json HOST=127.0.0.1 "PORT=$port" "DATABASE_URL=$(url_of casefile_api)" \
    "DOCUMENT_STORE_URL=file://$STATE/documents" ${2:+REPLICA_DATABASE_URL="$2"} "$casefile" serve >"$STATE/server.log" 2>&1 &
  local server=$!
  started+=("$server")
  until_so curl -sf "$api/ready"
  curl -sf -c "$list" -o /dev/null -H 'Content-Type: application/json' "$api/api/auth/login" \
    -d '{"username":"olivia","role":"HMCTS_CASE_OFFICER","courtAssignment":"Birmingham Family Court"}'
  cookie=casefile_session=$(awk '$6 == "casefile_session" { print $7 }' "$list")
  case=$(curl -sf -H "Cookie: $cookie" -H 'Content-Type: application/json' "$api/api/cases" \
    -d '{"caseType":"AGENCY_ADOPTION"}' | node -p 'JSON.parse(require("fs").readFileSync(0)).id')
  if (($1 > 0)); then until_so is_read_from_standbys; fi
  wrk --threads 1 --connections 10 --duration 1s --header "Cookie: $cookie" "$api/api/cases/$case" >/dev/null
  before=$(processor_time "$PGDATA")
  said=$(wrk --threads 1 --connections 10 --duration "${seconds}s" --header "Cookie: $cookie" "$api/api/cases/$case")
  after=$(processor_time "$PGDATA")
  if grep -q 'Non-2xx' <<<"$said"; then die "Not all reads were answered:" "$said"; fi
  awk -v standbys="$1" -v rate="$(awk '/Requests\/sec/ { print $2 }' <<<"$said")" -v spent=$((after - before)) -v seconds="$seconds" \
    'BEGIN { printf "| %d | %d | %.0f %% |\n", standbys, rate, spent / seconds }'
  kill -TERM "$server"
  wait "$server" || true
}

say "| standbys | reads a second | processors of the primary |" "| --- | --- | --- |"
measure 0
set_primary synchronous_commit remote_apply
names='' places=''
for number in 1 2; do
  port=$(free_port)
  mkdir -p "$STATE/standby$number"
  DATABASE_URL=$(url_of postgres) "$SCRIPTS/lib/standby.sh" "$STATE/standby$number" "$port" "standby$number" >&2 &
  started+=($!)
  names+=${names:+, }standby$number places+=${places:+,}127.0.0.1:$port
  until_so superuser_sql "select 1 / count(*) from pg_stat_replication where application_name = 'standby$number' and state = 'streaming'"
  set_primary synchronous_standby_names "FIRST $number ($names)"
  measure "$number" "$(url_of casefile_api | sed "s|@[^/]*/|@$places/|")"
done
