# A server and a worker with the demonstration caseload, for as long as a script runs.
# shellcheck shell=bash

# shellcheck source=programs.sh
source "$SCRIPTS/lib/programs.sh"

# start_demonstration: in the database $DATABASE of the running cluster. $SERVER is where it answers.
start_demonstration() {
  local port
  port=$(free_port)
  # shellcheck disable=SC2034 # for scripts that source this
  SERVER=http://127.0.0.1:$port
  prepare_database "$DATABASE"
  dbmate_quietly "$DATABASE" migrate --strict
  mark_database "$DATABASE" TEST
  load_demonstration_users http://127.0.0.1
  sql "$(url_of casefile_api)" <"$SCRIPTS/demo.sql" >/dev/null
  start_program server "DATABASE_URL=$(url_of casefile_api)" "PORT=$port"
  start_program worker "WORKER_DATABASE_URL=$(url_of casefile_worker)" VIRUS_SCAN=off
  await_program server curl --silent --fail --max-time 2 --output /dev/null "$SERVER/api/health"
  await_program worker grep --quiet 'waiting for documents' "$STATE/worker.log"
}

stop_demonstration() {
  stop_program worker
  stop_program server
}
