# Requirements of a machine. A script checks all of them before it does anything, and names everything that is missing at once.
# shellcheck shell=bash

OLDEST_NODE=18
OLDEST_PYTHON=3.11

# need_all compiler|rust|node|python|PROGRAM...
need_all() {
  local name reason missing=()
  for name in shell "$@"; do
    case $name in
      shell | rust | node | compiler | python) reason=$("lacks_$name") ;;
      *) reason=$(lacks "$name") ;;
    esac
    [[ -z $reason ]] || missing+=("$reason")
  done
  ((${#missing[@]} == 0)) || die "This machine lacks something. Nothing was changed:" "${missing[@]}"
}

lacks() {
  command -v "$1" >/dev/null || say "$1 is missing: sudo apt-get install $(package_of "$1")"
}

package_of() {
  case $1 in
    psql) say postgresql-client ;;
    pgbench) say postgresql-contrib ;;
    setpriv | flock) say util-linux ;;
    awk) say gawk ;;
    find) say findutils ;;
    ip) say iproute2 ;;
    nft) say nftables ;;
    etcd) say etcd-server ;;
    *) say "$1" ;;
  esac
}

# Requirements of every script.
lacks_shell() {
  [[ $(uname -s) == Linux && $(machine) == @(x64|arm64) ]] ||
    say "Linux on x86_64 or aarch64 is needed, and this is $(uname -sm)"
  ((BASH_VERSINFO[0] >= 5)) || say "bash $BASH_VERSION is older than 5"
  local program
  for program in awk find flock sed; do lacks "$program"; done
}

# is_older VERSION THAN
is_older() { [[ $1 != "$2" && $(printf '%s\n' "$1" "$2" | sort --version-sort | head -n 1) == "$1" ]]; }

lacks_rust() {
  local wanted version program
  wanted=$(sed -nE 's/^rust-version = "(.*)"$/\1/p' "$ROOT/Cargo.toml")
  for program in cargo rustc; do
    if ! command -v "$program" >/dev/null; then
      say "$program is missing: install Rust $wanted or newer from https://rustup.rs"
    elif ! version=$("$program" --version 2>&1); then
      say "$program does not work: ${version%%$'\n'*}"
    elif version=${version#"$program "} && is_older "${version%%[ -]*}" "$wanted"; then
      say "$program ${version%% *} is older than $wanted: rustup update"
    fi
  done
}

# It compiles the C code of some crates, and links all; a compiler may lack the headers and the library of C.
lacks_compiler() {
  local program
  if ! command -v cc >/dev/null; then
    say "a C compiler (cc) is missing: sudo apt-get install build-essential"
    return
  fi
  program=$(mktemp)
  say '#include <stdlib.h>' 'int main(void) { return EXIT_SUCCESS; }' | cc -x c -o "$program" - 2>/dev/null ||
    say "the C compiler (cc) cannot make a program: sudo apt-get install build-essential"
  rm -f "$program"
}

lacks_node() {
  local version
  if ! command -v node >/dev/null; then
    say "node is missing: install Node $OLDEST_NODE or newer, with npm, from https://nodejs.org"
  elif ! version=$(node --version 2>&1); then
    say "node does not work: ${version%%$'\n'*}"
  elif is_older "${version#v}" "$OLDEST_NODE"; then
    say "node ${version#v} is older than $OLDEST_NODE: install a newer one from https://nodejs.org"
  fi
  command -v npm >/dev/null || say "npm is missing: it comes with Node from https://nodejs.org, or: sudo apt-get install npm"
}

lacks_python() {
  local version
  if ! command -v python3 >/dev/null; then
    say "python3 is missing: sudo apt-get install python3 python3-pip"
  elif ! version=$(python3 --version 2>&1); then
    say "python3 does not work: ${version%%$'\n'*}"
  elif is_older "${version#Python }" "$OLDEST_PYTHON"; then
    say "python3 ${version#Python } is older than $OLDEST_PYTHON: install a newer one from https://www.python.org"
  elif ! python3 -m pip --version >/dev/null 2>&1; then
    say "pip is missing: sudo apt-get install python3-pip"
  fi
}
