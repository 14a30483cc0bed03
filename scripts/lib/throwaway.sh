# A cluster that lives as long as the script that started it.
# shellcheck shell=bash

# The remains of a run that kill -9 ended: its process id is in the folder's name.
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

# From here on, this script has a new cluster, which is removed however the script ends.
use_throwaway() {
  use_state "$ROOT/.casefile/throwaway-$$"
  make_state
  sweep_throwaways
  trap 'remove_throwaway "$STATE"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  export CASEFILE_STATE=$STATE CASEFILE_FSYNC=off
}

# Whether a script with a throw-away cluster, such as scripts/test, has called this script, which then uses it.
is_part_of_a_run() { [[ -n ${CASEFILE_STATE:-} ]] && is_running; }
