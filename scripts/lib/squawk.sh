# squawk over the migrations that are not released yet: what would block or break a running service.
# shellcheck shell=bash

# squawk_up FILE: of a migration, the way up.
squawk_up() {
  local in_transaction=--assume-in-transaction
  if grep -q '^-- *migrate:up.*transaction:false' "$1"; then in_transaction=--no-assume-in-transaction; fi
  sed '/^-- *migrate:down/,$d' "$1" |
    "$squawk" --config "$SCRIPTS/squawk.toml" "$in_transaction" --reporter gcc --stdin-filepath "$(basename "$1")" |
    awk -F: -v OFS=: '{ $2++; print }' # squawk counts lines from 0 there
}

# A linter without findings here has lost its rules.
squawk_finds_faults() {
  local bad=$STATE/bad_migration.sql said
  say "-- migrate:up" "create index cases_bad_idx on core.cases (version);" \
    "alter table core.cases add column bad integer not null;" >"$bad"
  said=$(squawk_up "$bad" 2>&1) && die "squawk finds no fault with a bad migration." "See scripts/squawk.toml."
  [[ $said == *require-concurrent-index-creation* && $said == *adding-required-field* ]] ||
    die "squawk does not find what is wrong with a bad migration:" "$said"
}

test_squawk() {
  local squawk name failed=0 pending
  if ! squawk=$(command -v target/squawk/bin/squawk || command -v squawk); then
    left_out "squawk is missing (scripts/lib/squawk.txt says how to install it)."
    return
  fi
  squawk_finds_faults
  mapfile -t pending < <(unreleased_migrations)
  for name in "${pending[@]}"; do squawk_up "$MIGRATIONS/$name" || failed=1; done
  ((failed == 0)) || die "squawk found faults in unreleased migrations: see above." \
    "Correct them, or put \"-- squawk-ignore RULE\" with the reason above the statement."
  say "   pending migrations: ${#pending[@]}"
}
