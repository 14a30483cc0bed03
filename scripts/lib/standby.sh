#!/usr/bin/env bash
# A standby of the database server of DATABASE_URL, a superuser's, in the foreground until it is stopped. It names itself to
# its primary, and copies it whole first.
# Usage: DATABASE_URL=... scripts/lib/standby.sh FOLDER PORT NAME
set -euo pipefail

folder=$1 port=$2 name=$3
# shellcheck source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

use_state "$folder"
choose_server
has_programs "$PGBIN" pg_basebackup || die "$PGBIN has no pg_basebackup." "Point POSTGRES_BIN at a server that has."
mkdir -p "$PGHOME"
choose_user
as_server "$PGBIN/pg_basebackup" --pgdata="$PGDATA" --checkpoint=fast --write-recovery-conf --no-sync \
  --dbname="$DATABASE_URL&application_name=$name"
write_settings "$port"
as_server sh -c "echo \"cluster_name = '\$2'\" >>\"\$1\"" sh "$PGDATA/casefile.conf" "$name"
exec "${AS_SERVER[@]}" "$PGBIN/postgres" -D "$PGDATA" >"$PGHOME/log" 2>&1
