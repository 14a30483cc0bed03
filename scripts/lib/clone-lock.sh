# One at a time in a clone: scripts/dev, and what drops data. The lock is held as long as the script lives, and (7>&-) by
# nothing that goes on after it.
# shellcheck shell=bash

# take_clone COMMAND: fails while another has it, which clone_holder names.
take_clone() {
  make_state
  exec 7>>"$STATE/dev.lock"
  flock -n 7 || return 1
  say "$1" >"$STATE/dev.lock"
}

clone_holder() { grep . "$STATE/dev.lock" || say "Another script"; }
