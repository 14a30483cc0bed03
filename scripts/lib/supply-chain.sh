# The crates of the server: licences and origins, advisories, and the full list.
# shellcheck shell=bash

# tool NAME: on the PATH, or where .ci/run installs it.
tool() { command -v "$1" || command -v "$ROOT/target/$1/bin/$1"; }
cyclonedx() { tool cargo-cyclonedx; }

test_deny() {
  local deny
  if ! deny=$(tool cargo-deny); then
    left_out "cargo-deny is missing (scripts/lib/cargo-deny.txt says how to install it)."
    return
  fi
  "$deny" --locked check licenses bans sources
}

test_advisories() {
  local deny said
  if ! deny=$(tool cargo-deny); then
    left_out "cargo-deny is missing (scripts/lib/cargo-deny.txt says how to install it)."
  elif ! said=$(timeout 60 "$deny" --locked fetch db 2>&1); then
    left_out "The advisories on crates cannot be fetched: $(tail -n 1 <<<"$said")"
    say "   If you have a mirror: git config --global url.MIRROR.insteadOf https://github.com/rustsec/advisory-db"
  else
    "$deny" --locked check --disable-fetch advisories
  fi
}

# The list has every crate that cargo links, with the facts that identify it.
test_sbom() {
  local sbom=$STATE/casefile.cdx.json
  if ! cyclonedx >/dev/null; then
    left_out "cargo-cyclonedx is missing (scripts/sbom --help says how to install it)."
    return
  fi
  scripts/sbom "$sbom"
  node "$SCRIPTS/lib/compare-sbom.mjs" "$sbom" \
    <(cargo tree --locked --edges normal --prefix none --format '{p}' --target "$(rustc -vV | sed -n 's/^host: //p')")
}
