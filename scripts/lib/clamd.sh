#!/usr/bin/env bash
# A real clamd for tests, in the foreground until it is killed. It knows one signature, that of the EICAR
# test file, as the public databases are large and not reachable from everywhere.
# Usage: scripts/lib/clamd.sh FOLDER PORT
set -euo pipefail

folder=$1 port=$2
clamd=$(command -v clamd || command -v /usr/sbin/clamd) ||
  { printf 'clamd is missing: sudo apt-get install clamav-daemon\n' >&2; exit 1; }

mkdir -p "$folder/signatures"

# Name:type of file (any):offset (any):bytes in hexadecimal. In two halves, so that no scanner takes this file for it.
# shellcheck disable=SC2016 # nothing is to be expanded
eicar='X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR''-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'
printf 'Eicar-Test-Signature:0:*:%s\n' "$(printf %s "$eicar" | od -An -v -tx1 | tr -d ' \n')" \
  >"$folder/signatures/eicar.ndb"

cat >"$folder/clamd.conf" <<CONF
DatabaseDirectory $folder/signatures
TCPAddr 127.0.0.1
TCPSocket $port
Foreground yes
LogFile $folder/clamd.log
TemporaryDirectory $folder
StreamMaxLength 25M
OfficialDatabaseOnly no
MaxThreads 4
AlertExceedsMax yes
CONF
exec "$clamd" --config-file="$folder/clamd.conf"
