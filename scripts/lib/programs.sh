# The server, the worker and the identity provider of this clone: started, found again, stopped. Each has its process
# id and its log in the state folder.
# shellcheck shell=bash

CASEFILE=$(realpath -m "${CARGO_TARGET_DIR:-$ROOT/target}")/debug/casefile
PROVIDER=$SCRIPTS/oidc/provider.mjs

# left_program server|worker|provider: the process id that an earlier run noted, if that program still has it.
left_program() {
  local pid
  read -r pid 2>/dev/null <"$STATE/$1.pid" || return 1
  if [[ $1 == provider ]]; then
    tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -qF "$PROVIDER" || return 1
  else
    # A rebuilt program shows as "... (deleted)".
    [[ $(readlink "/proc/$pid/exe" 2>/dev/null) == "$CASEFILE"* ]] || return 1
  fi
  say "$pid"
}

# SIGTERM lets it finish its requests.
stop_program() {
  local pid tries
  pid=$(left_program "$1") || return 0
  kill -TERM "$pid" 2>/dev/null || true
  for ((tries = 0; tries < 300; tries++)); do
    left_program "$1" >/dev/null || return 0
    sleep 0.1
  done
  warn "The $1 did not stop within 30 seconds; killing it."
  kill -KILL "$pid" 2>/dev/null || true
}

# program_died server|worker|provider
program_died() {
  wait "$(cat "$STATE/$1.pid")" && status=0 || status=$?
  warn "error: the $1 ended by itself (status $status). The end of $STATE/$1.log:"
  tail -n 15 "$STATE/$1.log" >&2
  exit 1
}

# await_program server|worker|provider COMMAND...: until the command succeeds.
await_program() {
  local name=$1 tries
  shift
  for ((tries = 0; tries < 150; tries++)); do
    kill -0 "$(cat "$STATE/$name.pid")" 2>/dev/null || program_died "$name"
    if "$@"; then return; fi
    sleep 0.1
  done
  die "The $name was not ready within 15 seconds." "See $STATE/$name.log."
}

# start_program server|worker NAME=VALUE...: with this much of an environment more.
start_program() {
  local name=$1 command=$1
  shift
  if [[ $name == server ]]; then command=serve; fi
  (
    export APP_ENV=LOCAL "DOCUMENT_STORE_URL=$(file_url "$(documents_folder)")" "$@"
    exec "$CASEFILE" "$command"
  ) >"$STATE/$name.log" 2>&1 &
  say "$!" >"$STATE/$name.pid"
}

# The document store of this database; each has its own.
documents_folder() {
  if [[ $DATABASE == adoption ]]; then say "$STATE/documents"; else say "$STATE/documents-$DATABASE"; fi
}

file_url() {
  local path=${1//%/%25}
  path=${path//#/%23}
  say "file://${path//\?/%3F}"
}
