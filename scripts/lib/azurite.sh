#!/usr/bin/env bash
# Azure Blob Storage on this machine, for tests, in the foreground until it is killed. FOLDER/ready says that
# it answers and has the container.
# Usage: scripts/lib/azurite.sh FOLDER PORT CONTAINER
set -euo pipefail

folder=$1 port=$2 container=$3
# shellcheck source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

install_npm "$SCRIPTS/azurite"
mkdir -p "$folder"
(node "$SCRIPTS/lib/make-container.mjs" "$port" "$container" && touch "$folder/ready") &
exec node "$SCRIPTS/azurite/node_modules/azurite/dist/src/blob/main.js" \
  --blobHost 127.0.0.1 --blobPort "$port" --location "$folder/blobs" --skipApiVersionCheck --disableTelemetry --silent
