# The released migrations, which never change again: those with a sum in db/migrations/frozen.sha256.
# shellcheck shell=bash

FROZEN=$ROOT/db/migrations/frozen.sha256

released_migrations() { sed -nE 's/^[0-9a-f]{64}  //p' "$FROZEN"; }

# The files that the next release freezes, in order.
unreleased_migrations() {
  comm -23 <(find "$MIGRATIONS" -maxdepth 1 -name '*.sql' -printf '%f\n' | sort) <(released_migrations | sort)
}

# The one from scripts/gen-migration; the one written by hand, and those beside it that run outside of a transaction.
unreleased_sources() { unreleased_migrations | grep -E '^[0-9]+_sources\.sql$' || true; }
unreleased_by_hand() {
  local name
  for name in $(unreleased_migrations | grep -vE '^[0-9]+_sources\.sql$'); do
    grep -q '^-- *migrate:up.*transaction:false' "$MIGRATIONS/$name" || say "$name"
  done
}

# dbmate is strict about order, so that a new version comes after FILE's whatever the clock says.
version_after() {
  local now last=${1%%_*}
  now=$(date --utc +%Y%m%d%H%M%S)
  if ((${last:-0} >= now)); then say "$((last + 1))"; else say "$now"; fi
}

check_frozen() {
  local wrong
  wrong=$(cd "$MIGRATIONS" && sha256sum --check --quiet --strict "$FROZEN" 2>&1) ||
    die "Released migrations were changed. Databases that have run them would never get the change:" "$wrong" \
      "Undo the change (git checkout FILE), change the sources, and run scripts/gen-migration."
  say "   $(released_migrations | wc -l) released migrations are unchanged"
}

check_unreleased() {
  local by_hand
  by_hand=$(unreleased_by_hand)
  (($(wc -w <<<"$by_hand") <= 1)) ||
    die "More than one unreleased migration is written by hand: ${by_hand//$'\n'/, }." "Put them into one, except for statements that must run outside a transaction."
  (($(unreleased_sources | wc -w) <= 1)) || die "There is more than one unreleased _sources.sql." "Remove all of them and run scripts/gen-migration."
}
