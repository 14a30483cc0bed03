# The step "document" of scripts/test: what others say of openapi/openapi.json, and what it is to clients of the last release.
# shellcheck shell=bash

# Redocly's minimum; Spectral accepts an older one.
LINTERS_NODE=20.19.0

# openapi/released.json is the last release's document, and openapi/accepted-breaks.txt what was changed all the same, and why.
test_breaking_changes() {
  node "$SCRIPTS/lib/openapi-diff/main.mjs" "$ROOT/openapi/released.json" "$ROOT/openapi/openapi.json" "$ROOT/openapi/accepted-breaks.txt" ||
    die "openapi/openapi.json breaks clients of the last release." \
      "Take the change back, or write the line into openapi/accepted-breaks.txt, with why no client is broken by it."
}

test_document() {
  local folder=$SCRIPTS/openapi document=$ROOT/openapi/openapi.json node
  node=$(node --version)
  if is_older "${node#v}" "$LINTERS_NODE"; then
    left_out "Spectral and Redocly need node $LINTERS_NODE or newer; this is $node."
    return
  fi
  install_npm "$folder"
  # They would report their use and look for updates.
  export SCARF_ANALYTICS=false REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true
  "$folder/node_modules/.bin/spectral" lint --ruleset "$folder/spectral.yaml" --fail-severity hint "$document"
  "$folder/node_modules/.bin/redocly" lint --config "$folder/redocly.yaml" "$document"
}
