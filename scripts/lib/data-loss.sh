# Drops data only when unused, and only after asking.
# shellcheck shell=bash

# take_clone_to_drop COMMAND: from here on until this script ends, scripts/dev does not start.
take_clone_to_drop() {
  local program pid
  take_clone "scripts/db $1" || die "$(clone_holder) is running in this clone." "Stop it first, and then: scripts/db $1"
  for program in server worker; do
    if pid=$(left_program "$program"); then
      die "The $program of a scripts/dev that was killed is still running (process $pid)." "Stop it first: kill $pid"
    fi
  done
}

# refuse_sessions DATABASE: somebody else is at work there.
refuse_sessions() {
  local sessions
  sessions=$(superuser_sql "select format('process %s, %s, as %s', pid, coalesce(nullif(application_name, ''), 'without a name'), usename)
    from pg_stat_activity where datname = '$1' and backend_type = 'client backend'")
  [[ -z $sessions ]] || die "The database $1 is in use:" "$sessions" "End these first."
}

# confirm --yes|"" COMMAND WHAT...: says what will be lost, and goes on only with a yes.
confirm() {
  local answer=
  [[ $1 != --yes ]] || return 0
  warn "${@:3}"
  [[ -t 0 ]] || die "There is no terminal to confirm at. Nothing was changed." "To go ahead: scripts/db $2 --yes"
  read -rp "Type yes to continue: " answer || warn ""
  [[ $answer == yes ]] || die "Nothing was changed."
}

# has_documents DATABASE: one that is new, or half made, has no tables.
has_documents() {
  [[ $(superuser_sql "select count(*) from pg_database where datname = '$1'") == 1 ]] &&
    [[ $(superuser_sql "select to_regclass('core.documents') is not null" "$1") == t ]]
}

contents_of() {
  if has_documents "$1"; then
    superuser_sql "select format('cases: %s, documents: %s', (select count(*) from core.cases), (select count(*) from core.documents))" "$1"
  else
    say "nothing yet"
  fi
}

cases_with_documents() {
  if has_documents "$1"; then superuser_sql 'select distinct case_id from core.documents' "$1"; fi
}

# remove_documents IDS_OF_CASES: in the store of scripts/dev each case has a folder. Nothing else is removed but the mark, which
# tells a server that the store is that of the database before.
remove_documents() {
  local case_id folder
  folder=$(documents_folder)
  for case_id in $1; do rm -rf "${folder:?}/$case_id"; done
  rm -f "$folder/casefile-mark.json"
}
