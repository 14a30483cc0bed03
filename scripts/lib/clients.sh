# Tests that know only the server's document: generated clients, and a fuzzer.
# shellcheck shell=bash

# shellcheck source=demonstration.sh
source "$SCRIPTS/lib/demonstration.sh"
# shellcheck source=python.sh
source "$SCRIPTS/lib/python.sh"

CLIENTS=$ROOT/tests/clients

# A client in each language is generated, compiled, and run against a server with the demonstration caseload.
test_clients() {
  DATABASE=casefile_clients
  cargo build --locked
  trap stop_demonstration EXIT
  start_demonstration
  export CASEFILE_URL=$SERVER CASEFILE_DOCUMENT=$SCRIPTS/demo-order.pdf
  local language
  for language in typescript python rust; do
    step "$language" "live_in_$language"
  done
}

count_client() { say "clients 1 0" >>"$STATE/counts"; }

live_in_typescript() (
  cd "$CLIENTS/typescript"
  install_npm .
  node generate.mjs
  node_modules/.bin/tsc
  node --test --test-reporter=spec generated/life.js
  count_client
)

live_in_python() (
  local said
  cd "$CLIENTS/python"
  if ! said=$(install_python python-client requirements.txt); then
    left_out "$said"
    return
  fi
  PATH=$ROOT/target/python-client/bin:$PATH
  export PYTHONPATH=generated MYPYPATH=generated PYTHONDONTWRITEBYTECODE=yes
  rm -rf generated
  mkdir generated
  openapi-python-client generate --path "$ROOT/openapi/openapi.json" --config generate.yml --meta none \
    --output-path generated/casefile_client --fail-on-warning
  mypy life.py
  python life.py
  count_client
)

live_in_rust() {
  CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$ROOT/target} cargo run --locked --manifest-path "$CLIENTS/rust/Cargo.toml"
  count_client
}

test_fuzz() {
  local log=$STATE/fuzz.log status=0 said
  if ! said=$(install_python schemathesis "$SCRIPTS/lib/fuzz/requirements.txt"); then
    left_out "$said"
    return
  fi
  scripts/fuzz-api 2>&1 | tee "$log" || status=$?
  awk '/: as documented \(/ { passed++ } /: NOT AS DOCUMENTED \(/ { failed++ } END { print "fuzz", passed + 0, failed + 0 }' "$log" >>"$STATE/counts"
  return "$status"
}
