# The PostgreSQL cluster of this clone: made, started, stopped, found. Its state is in
# $CASEFILE_STATE, else in .casefile at the top of the clone.
# shellcheck shell=bash

use_state() {
  STATE=$(realpath -m "$1")
  PGHOME=$STATE/postgres # all that the server itself writes
  PGDATA=$PGHOME/data
}

use_state "${CASEFILE_STATE:-$ROOT/.casefile}"
DATABASE=${CASEFILE_DATABASE:-adoption}

# The postmaster works in its data folder; another process may have its old id.
server_pid() {
  local pid
  read -r pid 2>/dev/null <"$PGDATA/postmaster.pid" || return 1
  [[ $(readlink "/proc/$pid/cwd" 2>/dev/null) == "$PGDATA" ]] || return 1
  say "$pid"
}

is_running() { server_pid >/dev/null; }

make_state() {
  local reason
  if ! reason=$(mkdir -p "$STATE" 2>&1) || ! reason=$(mktemp "$STATE/writable.XXXXXX" 2>&1); then
    die "$(id -un) may not write to $STATE, where the database is kept:" "$reason" \
      "Work as the owner of the clone ($(stat -c %U "$ROOT")), or set CASEFILE_STATE to a folder of your own."
  fi
  rm "$reason"
}

require_running() {
  [[ ! -e $STATE/passwords || -r $STATE/passwords ]] || die "$STATE belongs to $(stat -c %U "$STATE")." "Work as that user."
  is_running || die "The database of this clone is not running." "Start it with scripts/db start (or scripts/dev)."
}

cluster_port() { cat "$STATE/port"; }

password_of() {
  if [[ $1 == adoption ]]; then say adoption; else awk -v who="$1" '$1 == who { print $2 }' "$STATE/passwords"; fi
}

# url_of ROLE [DATABASE]
url_of() {
  local password
  password=$(password_of "$1")
  [[ -n $password ]] || die "No login called $1." "Logins: adoption $(awk '{ printf "%s ", $1 }' "$STATE/passwords")"
  say "postgresql://$1:$password@127.0.0.1:$(cluster_port)/${2:-$DATABASE}?sslmode=disable"
}

superuser_sql() { sql "$(url_of postgres "${2:-postgres}")" "$1"; }

# One password for each login, made once.
make_passwords() {
  local login
  umask 077
  touch "$STATE/passwords"
  for login in postgres casefile_migrator casefile_api casefile_worker casefile_backup; do
    [[ -n $(password_of "$login") ]] || say "$login $(new_password)" >>"$STATE/passwords"
  done
}

new_password() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }

free_port() {
  local port
  while :; do
    port=$((15000 + RANDOM % 16000)) # below the ports that the system hands out by itself
    (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
  done
  say "$port"
}

make_cluster() {
  if [[ -f $PGDATA/PG_VERSION ]]; then return; fi
  say "   making a cluster with $PGBIN"
  local locale=C
  if locale -a 2>/dev/null | grep -qix 'c\.utf-\?8'; then locale=C.UTF-8; fi
  as_server rm -rf "$PGDATA.new" "$PGHOME/password"
  # shellcheck disable=SC2016 # the inner shell expands $1
  password_of postgres | as_server sh -c 'umask 077; cat >"$1"' sh "$PGHOME/password"
  as_server "$PGBIN/initdb" --pgdata="$PGDATA.new" --username=postgres --pwfile="$PGHOME/password" \
    --auth=scram-sha-256 --encoding=UTF8 --locale="$locale" --no-sync >"$STATE/initdb.log" 2>&1 ||
    die "initdb failed:" "$(tail -n 20 "$STATE/initdb.log")"
  as_server rm "$PGHOME/password"
  as_server sh -c "echo \"include 'casefile.conf'\" >>\"\$1\"" sh "$PGDATA.new/postgresql.conf"
  # Only a complete cluster gets the name, so that an interrupted start can be repeated.
  as_server mv "$PGDATA.new" "$PGDATA"
}

write_settings() {
  local durable=${CASEFILE_FSYNC:-on}
  as_server sh -c "cat >\"\$1\"" sh "$PGDATA/casefile.conf" <<CONF
# Written at every start by scripts/db.
listen_addresses = '127.0.0.1'
port = $1
unix_socket_directories = ''
password_encryption = 'scram-sha-256'
max_connections = 200
timezone = 'UTC'
log_timezone = 'UTC'
$(deployed_settings)
fsync = $durable
full_page_writes = $durable
synchronous_commit = $durable
$(write_certificate)
CONF
}

# The settings of scripts/deploy/postgresql.conf that this version knows.
deployed_settings() {
  local unknown='^#'
  if (($(server_major "$PGBIN") < 13)); then unknown='^#|^log_parameter_'; fi
  grep -vE "$unknown" "$SCRIPTS/deploy/postgresql.conf"
}

# CASEFILE_TLS names a folder with server.crt and server.key: the server then speaks TLS on request.
write_certificate() {
  [[ -n ${CASEFILE_TLS:-} ]] || return 0
  local file
  for file in server.crt server.key; do
    as_server sh -c "umask 077; cat >\"\$1\"" sh "$PGDATA/$file" <"$CASEFILE_TLS/$file"
  done
  say "ssl = on"
}

# After kill -9 of the postmaster its children end by themselves, but not always at once; while
# one lives, or while a stranger has the old process id, the server would refuse to start.
clear_leftovers() {
  local tries pids
  for ((tries = 0; tries < 50; tries++)); do
    pids=$(find /proc -maxdepth 2 -name cwd -lname "$PGDATA" -printf '%h\n' 2>/dev/null | sed 's|/proc/||' || true)
    [[ -n $pids ]] || break
    # shellcheck disable=SC2086 # a list
    if ((tries == 25)); then kill -QUIT $pids 2>/dev/null || true; fi
    sleep 0.2
  done
  as_server rm -f "$PGDATA/postmaster.pid"
}

start_server() {
  local port tries started=$EPOCHREALTIME before
  clear_leftovers
  for tries in 1 2 3 4 5; do
    port=$(cluster_port 2>/dev/null || free_port)
    write_settings "$port"
    before=$(wc -c 2>/dev/null <"$PGHOME/log" || echo 0)
    if as_server "$PGBIN/pg_ctl" start --silent --wait --timeout=300 --pgdata="$PGDATA" --log="$PGHOME/log" \
      >/dev/null 2>&1 9>&-; then
      say "$port" >"$STATE/port"
      say "$PGBIN" >"$STATE/server"
      say "   PostgreSQL on 127.0.0.1:$port ($(seconds_since "$started"))"
      return
    fi
    tail -c +$((before + 1)) "$PGHOME/log" | grep -q 'could not bind' || break
    rm -f "$STATE/port"
  done
  die "PostgreSQL did not start (try $tries); the end of $PGHOME/log:" "$(tail -n 15 "$PGHOME/log" 2>&1)"
}

prepare_database() {
  DATABASE_URL=$(url_of postgres postgres) node "$SCRIPTS/lib/prepare.mjs" "$1" "$ROOT/db/roles.sql" "$STATE/passwords"
}

start_locked() {
  choose_server
  choose_user
  mkdir -p "$PGHOME"
  (make_passwords)
  make_cluster
  if is_running; then
    say "   PostgreSQL is running on 127.0.0.1:$(cluster_port)"
  else
    # Before it runs, because an interrupted start may have begun it.
    printf '%s' "$1" >"$STATE/started-by"
    start_server
  fi
  prepare_database "$DATABASE"
}

# start_cluster [COMMAND]: with a lock that the server itself must not inherit, see 9>&- above. COMMAND is to stop it, if it
# did not run before.
start_cluster() {
  install_tools
  make_state
  (
    flock 9
    start_locked "${1:-}"
  ) 9>"$STATE/lock"
}

was_started_by() { [[ $(cat "$STATE/started-by" 2>/dev/null) == "$1" ]]; }

# stop_cluster [SIGNAL]: INT ends sessions and closes the data properly, QUIT just leaves.
stop_cluster() {
  local pid tries
  [[ -d $STATE ]] || return 0
  (
    flock 9
    pid=$(server_pid) || exit 0
    kill "-${1:-INT}" "$pid"
    for ((tries = 0; tries < 600; tries++)); do
      is_running || exit 0
      sleep 0.1
    done
    die "PostgreSQL (process $pid) did not stop within a minute." "See $PGHOME/log."
  ) 9>"$STATE/lock"
}

server_version() { superuser_sql 'show server_version'; }
