# The arguments of scripts/backup and scripts/restore: sets FOLDER, DOCUMENTS, JOBS, CHECK.
# shellcheck shell=bash
# shellcheck disable=SC2034 # they read it

casefile_version() { sed -nE '0,/^version = "(.*)"$/s//\1/p' "$ROOT/Cargo.toml"; }

# read_words OPTION... -- WORD...
read_words() {
  local known=()
  while [[ $1 != -- ]]; do
    known+=("--$1")
    shift
  done
  shift
  FOLDER='' DOCUMENTS='' JOBS=2 CHECK=''
  while (($# > 0)); do
    if [[ $1 == -* && " ${known[*]} " != *" $1 "* ]]; then wrong_words; fi
    case $1 in
      --documents)
        [[ -n ${2:-} ]] || wrong_words
        DOCUMENTS=$(realpath -m "$2")
        shift
        ;;
      --jobs)
        [[ ${2:-} =~ ^[1-9][0-9]?$ ]] || die "--jobs needs a number from 1 to 99."
        JOBS=$2
        shift
        ;;
      --check) CHECK=yes ;;
      *)
        [[ -z $FOLDER ]] || wrong_words
        FOLDER=$(realpath -m "$1")
        ;;
    esac
    shift
  done
  [[ -n $FOLDER ]] || wrong_words
}

wrong_words() {
  # shellcheck disable=SC2154 # of the script
  warn "$usage"
  exit 2
}
