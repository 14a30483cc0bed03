#!/usr/bin/env bash
# An identity provider on this machine, in the foreground until it is killed. It says "ready" once it answers.
# Usage: scripts/lib/oidc.sh PORT REDIRECT_URL [--control]
set -euo pipefail

# shellcheck source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

install_npm "$SCRIPTS/oidc"
exec node "$SCRIPTS/oidc/provider.mjs" "$@"
