# The databases of this clone's cluster may have run an earlier form of migrations that are not released yet: they are brought
# to the present one, and their rows stay.
# shellcheck shell=bash

# migrate_database DATABASE: one of this cluster. What was applied of the unreleased migrations, and has changed since, is
# taken back first, by the way back that it had then. It is marked LOCAL: so is every database of a clone's cluster.
migrate_database() {
  take_back_changed "$1"
  DATABASE_URL=$(url_of casefile_migrator "$1") "$SCRIPTS/migrate" --migrations "$MIGRATIONS" || return
  mark_older_database "$1" LOCAL
  keep_applied "$1"
}

# The unreleased migrations, in their applied form.
kept_texts() { say "$STATE/applied/$1"; }

keep_applied() {
  local kept file
  kept=$(kept_texts "$1")
  rm -rf "$kept"
  mkdir -p "$kept"
  for file in $(unreleased_migrations); do cp "$MIGRATIONS/$file" "$kept"; done
}

# migrations_as_applied DATABASE FOLDER: makes the folder anew, with the migrations that the database ran, as it ran them.
migrations_as_applied() {
  local version file
  rm -rf "$2"
  mkdir "$2"
  for version in $(applied_migrations "$1"); do
    for file in "$(kept_texts "$1")/${version}_"*.sql "$MIGRATIONS/${version}_"*.sql; do
      if [[ -e $file ]]; then
        cp "$file" "$2"
        continue 2
      fi
    done
    # One that is in the baseline.
    [[ $version < $(known_migrations | head -n 1) ]] ||
      die "The database $1 has run the migration $version, which this clone lacks." \
        "Check out the branch that it came from, or start over with scripts/db reset, which deletes all data."
  done
}

take_back_changed() {
  local database=$1 folder file count
  folder=$STATE/as-applied
  migrations_as_applied "$database" "$folder"
  for file in "$folder"/*.sql; do
    [[ -e $file ]] || break
    if cmp -s "$file" "$MIGRATIONS/${file##*/}"; then continue; fi
    count=$(find "$folder" -name '*.sql' | sort | sed -n "\\|$file|,\$p" | wc -l)
    say "   ${file##*/} has changed since it was applied: taking back $count first"
    # The mark in the document store describes the dropped data.
    rm -f "$STATE"/documents*/casefile-mark.json
    for ((; count > 0; count--)); do MIGRATIONS=$folder dbmate_quietly "$database" rollback; done
    break
  done
  rm -r "$folder"
}
