# Sourced by every script: paths, messages and the pinned tools.
# shellcheck shell=bash
shopt -s inherit_errexit

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
SCRIPTS=$ROOT/scripts

say() { printf '%s\n' "$@"; }
warn() { printf '%s\n' "$@" >&2; }

# help_if_asked WORD...: what a script was called with; its usage is an answer then, and no error.
help_if_asked() {
  local word
  for word; do
    # shellcheck disable=SC2154 # each script has its own
    if [[ $word == @(-h|--help) || $word == help && $# == 1 ]]; then say "$usage"; exit; fi
  done
}

# die "what happened" "what to do"...
die() {
  printf 'error: %s\n' "$1" >&2
  shift
  (($# == 0)) || printf '       %s\n' "$@" >&2
  exit 1
}

seconds_since() { awk -v from="${1/,/.}" -v to="${EPOCHREALTIME/,/.}" 'BEGIN { printf "%.1f s", to - from }'; }

# step "title" command...: says what runs, and afterwards how long it took.
step() {
  local title=$1 from=$EPOCHREALTIME
  shift
  say "== $title"
  "$@"
  say "   $title: $(seconds_since "$from")"
}

# compare_generated FILE FRESH COMMAND [NAME]: a generated file that is committed must be what COMMAND writes.
compare_generated() {
  local name=${4:-${1#"$ROOT"/}}
  [[ -e $1 ]] || die "$name is missing." "Run $3 and commit what it writes."
  diff -u --label "$name (committed)" --label "$3 writes" "$1" "$2" ||
    die "$name is out of date." "Run $3 and commit what it writes."
}

# shellcheck source=needs.sh
source "$SCRIPTS/lib/needs.sh"

# In this folder. npm's messages are long, and rarely say what to do.
run_npm_ci() {
  local said reason="npm ci failed in $PWD:"
  [[ -w . ]] || die "$(id -un) may not write to $PWD, where npm puts the tools." \
    "Work as the owner of the clone ($(stat -c %U "$ROOT")), or make a clone of your own."
  said=$(npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error 2>&1 >/dev/null) || case $said in
    *EACCES* | *EPERM* | *EROFS*) die "$reason" "$said" "$(id -un) may not write to the path above." ;;
    *ENOSPC*) die "$reason" "$said" "The disk is full." ;;
    *ENOTFOUND* | *EAI_AGAIN* | *ECONN* | *ETIMEDOUT* | *E40[0-9]* | *E50[0-9]* | *CERT*)
      die "$reason" "$said" "npm needs its registry, $(npm config get registry)." ;;
    *) die "$reason" "$said" ;;
  esac
}

# install_npm FOLDER: npm ci, only when the lock changed since the last time.
install_npm() {
  local folder=$1 stamp=$1/node_modules/.casefile-lock
  if [[ -z ${has_node:-} ]]; then need_all node; fi
  has_node=yes
  local lock
  lock=$(sha256sum <"$folder/package-lock.json")
  if [[ $(cat "$stamp" 2>/dev/null) == "$lock" ]]; then return; fi
  (
    flock 8 # two scripts of one clone at once
    if [[ $(cat "$stamp" 2>/dev/null) == "$lock" ]]; then exit; fi
    cd "$folder" || exit
    run_npm_ci
    printf '%s\n' "$lock" >"$stamp"
  ) 8<"$folder/package-lock.json"
}

install_tools() { install_npm "$SCRIPTS"; }

# npm's name of this kind of machine.
machine() {
  case $(uname -m) in
    x86_64) say x64 ;;
    aarch64) say arm64 ;;
    *) uname -m ;;
  esac
}

# sql URL STATEMENTS, or sql URL <file: rows go to standard output, one a line, tabs between columns.
sql() {
  local url=$1
  shift
  DATABASE_URL=$url node "$SCRIPTS/lib/sql.mjs" "$@"
}

# shellcheck source=server.sh
source "$SCRIPTS/lib/server.sh"
# shellcheck source=cluster.sh
source "$SCRIPTS/lib/cluster.sh"
# shellcheck source=clone-lock.sh
source "$SCRIPTS/lib/clone-lock.sh"
# shellcheck source=migrate.sh
source "$SCRIPTS/lib/migrate.sh"
# shellcheck source=releases.sh
source "$SCRIPTS/lib/releases.sh"
# shellcheck source=applied.sh
source "$SCRIPTS/lib/applied.sh"
# shellcheck source=throwaway.sh
source "$SCRIPTS/lib/throwaway.sh"
