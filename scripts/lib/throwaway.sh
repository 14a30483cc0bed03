# A cluster that lives as long as the script that started it.
# shellcheck shell=bash

# The remains of an earlier run that was ended by kill -9: its process id is in the folder's name.
sweep_throwaways() {
  local folder
  for folder in "$ROOT"/.casefile/throwaway-*; do
    [[ -d $folder ]] || continue
    [[ -d /proc/${folder##*-} ]] || remove_throwaway "$folder"
  done
}

remove_throwaway() {
  (
    use_state "$1"
    stop_cluster QUIT
  )
  rm -rf "$1"
}

# From here on this script's cluster is a new one, gone when the script ends, however it ends.
use_throwaway() {
  use_state "$ROOT/.casefile/throwaway-$$"
  make_state
  sweep_throwaways
  trap 'remove_throwaway "$STATE"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  export CASEFILE_STATE=$STATE CASEFILE_FSYNC=off
}

# Whether scripts/test, or another script with a throw-away cluster, has called this script: it then works there.
is_part_of_a_run() { [[ -n ${CASEFILE_STATE:-} ]] && is_running; }
