# scripts/test on every version of PostgreSQL, one after the other, with one summary.
# shellcheck shell=bash

# test_major MAJOR STEP...: adds to passed and failed, and names what failed.
test_major() {
  local log=$logs/$1.log status=0 steps totals
  say "" "==== PostgreSQL $1"
  "$SCRIPTS/test" --postgres "$@" 2>&1 | tee "$log" || status=$?
  totals=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$log" | tail -n 1) || totals="0 passed, 1 failed"
  passed=$((passed + ${totals%% passed*}))
  totals=${totals#*, }
  failed=$((failed + ${totals% failed}))
  ((status != 0)) || return 0
  steps=$(sed -n 's/^Failed: \(.*\); see above.*/\1/p' "$log")
  failures+=("PostgreSQL $1: ${steps:-it did not get to its end}")
}

# test_all_majors STEP...
test_all_majors() {
  local began=$EPOCHREALTIME logs passed=0 failed=0 failures=() major
  logs=$(mktemp -d)
  # shellcheck disable=SC2064 # the name as it is now
  trap "rm -rf '$logs'" EXIT
  for ((major = OLDEST_POSTGRES; major <= NEWEST_POSTGRES; major++)); do test_major "$major" "$@"; done
  say "" "PostgreSQL $OLDEST_POSTGRES to $NEWEST_POSTGRES, $*: $(seconds_since "$began")"
  ((${#failures[@]} == 0)) || warn "Failed:" "${failures[@]/#/  }"
  say "$passed passed, $failed failed"
  ((failed == 0 && ${#failures[@]} == 0))
}
