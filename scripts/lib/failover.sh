# The requirements of scripts/drill failover, and its namespaces.
# shellcheck shell=bash

PATRONI=$ROOT/target/patroni

# Its own network, processes that end with the first of them, and private mounts.
NAMESPACES=(unshare --net --mount --pid --fork --kill-child --mount-proc)
if ((EUID != 0)); then NAMESPACES+=(--user --map-root-user); fi
# bash is that first process, as somebody has to bury orphans.
# shellcheck disable=SC2016,SC2034 # the inner shell expands $@; scripts/drill reads it
IN_NAMESPACES=(setpriv --pdeathsig KILL "${NAMESPACES[@]}" bash -c 'ip link set lo up; "$@"; exit' bash)

# The creator of the namespaces is root in them.
choose_user_within() {
  choose_user
  # shellcheck disable=SC2034 # scripts/drill reads it
  if ((EUID != 0)); then AS_SERVER=(unshare --user --map-user=65534 --map-group=65534); fi
}

need_failover() {
  local program
  need_all ip nft etcd haproxy openssl python3
  "${NAMESPACES[@]}" nft list ruleset >/dev/null 2>&1 ||
    die "Every machine of this drill has a network of its own, and $(id -un) may make none here." "Run it as root."
  PYTHONPATH=$PATRONI python3 -c 'import patroni, psycopg' 2>/dev/null ||
    die "Patroni is missing: see scripts/lib/patroni.txt."
  choose_server
  for program in pg_basebackup pg_rewind; do
    [[ -x $PGBIN/$program ]] ||
      die "$PGBIN has no $program." "Install Debian's PostgreSQL, or set POSTGRES_BIN to one that has it."
  done
}
