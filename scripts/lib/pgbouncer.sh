#!/usr/bin/env bash
# PgBouncer in transaction mode before the database server of DATABASE_URL, for its login alone, in the foreground
# until it is killed. It speaks to the server over at most so many connections a database.
# Usage: DATABASE_URL=... scripts/lib/pgbouncer.sh FOLDER PORT CONNECTIONS
set -euo pipefail

folder=$1 port=$2 connections=$3
# shellcheck source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

pgbouncer=$(command -v pgbouncer || command -v /usr/sbin/pgbouncer) ||
  die "pgbouncer is missing." "Install it with: sudo apt-get install pgbouncer"
[[ $DATABASE_URL =~ ^postgresql://([^:]+):([^@]+)@([^:/]+):([0-9]+)/ ]] || die "DATABASE_URL is not a usable URL."

mkdir -p "$folder"
(umask 077 && say "\"${BASH_REMATCH[1]}\" \"${BASH_REMATCH[2]}\"" >"$folder/users.txt")
# A deployment differs in addresses and sizes, and has auth_query instead of a file with the password. What waits
# for a connection is given up soon, while the server still has the time to hear what came of it. No parameter of
# the start of a connection has to be ignored.
cat >"$folder/pgbouncer.ini" <<CONF
[databases]
* = host=${BASH_REMATCH[3]} port=${BASH_REMATCH[4]}

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $port
unix_socket_dir =
auth_type = scram-sha-256
auth_file = $folder/users.txt
pool_mode = transaction
default_pool_size = $connections
query_wait_timeout = 0.5
max_client_conn = 200
logfile = $folder/pgbouncer.log
CONF

# It refuses to run as root, like the database server: see choose_user in server.sh.
as_somebody=()
if ((EUID == 0)) && can_unshare; then
  as_somebody=(unshare --user --map-user=65534 --map-group=65534)
elif ((EUID == 0)); then
  chown -R nobody "$folder"
  as_somebody=(setpriv --reuid=nobody "--regid=$(id -g nobody)" --clear-groups)
fi
exec "${as_somebody[@]}" "$pgbouncer" --quiet "$folder/pgbouncer.ini"
