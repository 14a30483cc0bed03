# The messages of a second scripts/dev in a clone: whether the first is ready, and where. If it was asked for
# something that the first does not do, it refuses.
# shellcheck shell=bash

# note_start PORT oidc|mock CLAMD_ADDRESS: for a second one to read.
note_start() {
  say "starting" >"$STATE/dev.step"
  say "$@" >"$STATE/dev.start"
}

# begin "title" command...: a step that a second one names.
begin() {
  say "$1" >"$STATE/dev.step"
  step "$@"
}

# second_start PORT|"" oidc|"" CLAMD_ADDRESS|"": what this one was asked for.
second_start() {
  local port sign_in clamd step
  [[ $(clone_holder) == scripts/dev ]] || die "$(clone_holder) is running in this clone." "Try again when it has ended."
  { read -r port && read -r sign_in && read -r clamd && read -r step; } < <(cat "$STATE/dev.start" "$STATE/dev.step")
  differs "on port $port" "PORT=$1" "$port" "$1"
  differs "with ${sign_in/mock/the mock} sign-in" "--oidc" "$sign_in" "$2"
  differs "with the virus scanner at $clamd" "CLAMD_ADDRESS=$3" "$clamd" "$3"
  [[ $step == ready ]] ||
    die "Another scripts/dev of this clone is not ready yet (it is at: $step), and nothing answers on port $port." \
      "It prints a message when it is ready."
  say "This clone is running already: http://127.0.0.1:$port/docs"
}

# differs HOW_IT_RUNS ASKED_FOR IS WANTED
differs() {
  [[ -z $4 || $3 == "$4" ]] || die "This clone is already running $1, but $2 asks for something else." "Stop that one first (Ctrl-C)."
}
