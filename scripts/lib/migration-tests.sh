# scripts/gen-migration, tried on changed copies of the sources: what it writes must give exactly what these say, and its way
# back what was there before.
# shellcheck shell=bash

# changed_sources FOLDER: a copy of db/ in which something of each kind is other than it was.
changed_sources() {
  cp -r "$ROOT/db" "$1"
  cd "$1" || return
  # A body; a removed grant; a comment; a removed column grant; a policy; rows changed, added and removed.
  sed -i 's/A new case has the status APPLICATION and no reason/A case begins as an application/' functions/core/tg_cases__guard.sql
  sed -i 's/to hmcts_case_officer, judge_legal_adviser;/to hmcts_case_officer;/' functions/api/change_case_status.sql
  sed -i "s/An officer reaches the cases of its own court/Changed/
    s/grant update (next_hearing, details_version, deleted_at)/grant update (next_hearing, details_version)/" policies/core.cases.sql
  sed -i "0,/using (true);/s//using (code <> 'X');/" policies/core.courts.sql
  sed -i 's/Hull Family Court/Kingston upon Hull Family Court/' reference/core.courts.csv
  say "XYFC,\"Xyz, 'the' Family Court\",Wales" >>reference/core.courts.csv
  sed -i '/^ADJOURNED,FINAL/d' reference/core.status_transitions.csv
  # A column, by hand: the rows stay the same.
  sed -i 's/  region text/  area text/' tables/core.courts.sql
  sed -i '1s/region/area/' reference/core.courts.csv
  say "-- migrate:up" "alter table core.courts rename column region to area;" \
    "-- migrate:down" "alter table core.courts rename column area to region;" >migrations/29990100000000_by_hand.sql
  # Other arguments, also of a function that policies use; a removed function.
  sed -i 's/p_case_number text$/p_case_number text,\n  p_more text default null/
    s/date, date, text)/date, date, text, text)/' functions/core/read_case_filter.sql
  sed -i 's/^create or replace function core.claim(p_name text)/create or replace function core.claim(p_name text, p_more text default null)/
    s/on function core.claim(text)/on function core.claim(text, text)/' functions/core/claim.sql
  rm functions/core/write_cursor.sql
  # A trigger; a new attribute; a new type and a new table with all its parts.
  sed -i 's/^before insert or update on core.cases/before insert or update or delete on core.cases/' functions/core/tg_cases__guard.sql
  sed -i 's/^  redacted boolean$/&,\n  colours text[]/' types/api.case_record.sql
  say "create type core.colour as enum ('red');" >types/core.colour.sql
  say "create table core.notes (id uuid primary key, case_id uuid not null references core.cases (id));" \
    "comment on table core.notes is 'Notes.';" "create index notes_case_id_idx on core.notes (case_id);" >tables/core.notes.sql
  say "alter table core.notes enable row level security;" "alter table core.notes force row level security;" \
    "create policy select_any on core.notes for select to adopter using (true);" \
    "grant select, insert (id, case_id) on core.notes to adopter, casefile_professional;" >policies/core.notes.sql
}

test_gen_migration() {
  local folder=$STATE/changed before=casefile_before after=casefile_after wanted=casefile_wanted database MIGRATIONS
  rm -rf "$folder"
  (changed_sources "$folder")
  MIGRATIONS=$folder/migrations
  mapfile -t migrations < <(find "$MIGRATIONS" -name '*.sql' | sort)
  node "$SCRIPTS/lib/sources/migration.mjs" "$folder" "${migrations[@]}" >"$STATE/29990101000000_sources.sql"
  cp "$STATE/29990101000000_sources.sql" "$MIGRATIONS"
  for database in "$before" "$after" "$wanted"; do
    drop_database "$database"
    prepare_database "$database"
  done
  dbmate_quietly "$after" migrate --strict
  sql "$(url_of casefile_migrator "$wanted")" "create table public.schema_migrations (version varchar not null primary key)"
  DATABASE_URL=$(url_of casefile_migrator "$wanted") node "$SCRIPTS/lib/sources/replay.mjs" "$folder"
  same_databases "$after" "the migration" "$wanted" "the sources"
  for _ in sources by_hand; do dbmate_quietly "$after" rollback; done
  MIGRATIONS=$ROOT/db/migrations dbmate_quietly "$before" migrate --strict
  same_databases "$before" "what was there before" "$after" "the way back"
  says_only_what_changed "$STATE/29990101000000_sources.sql"
  used_row_stays "$after"
  for database in "$before" "$after" "$wanted"; do drop_database "$database"; done
}

# The way back leaves a row that is referenced by then.
used_row_stays() {
  dbmate_quietly "$1" migrate --strict
  mark_older_database "$1" TEST
  superuser_sql "select auth.log_in(sha256('x'), null, 'o', 'HMCTS_CASE_OFFICER', 'Xyz, ''the'' Family Court')" "$1" >/dev/null
  dbmate_quietly "$1" rollback
  [[ $(superuser_sql "select code from core.courts where code = 'XYFC'" "$1") == XYFC ]] || die "The court of a session is gone."
}

# same_databases DATABASE NAME DATABASE NAME
same_databases() {
  URL_A=$(url_of postgres "$1") URL_B=$(url_of postgres "$3") node "$SCRIPTS/lib/drift/main.mjs" "$2" "$4" ||
    die "$2 and $4 differ: see above." "See scripts/lib/sources."
}

says_only_what_changed() {
  local up
  up=$(sed '/^-- migrate:down/,$d' "$1")
  [[ $(grep -c '^create trigger' <<<"$up") == 1 ]] || die "It makes triggers anew that did not change."
  [[ $(grep -c '^create policy [a-z_]* on core.document_removals' <<<"$up") == 0 ]] || die "It makes policies anew that did not change."
  [[ $(grep -c '^insert into core.courts' <<<"$up") == 2 ]] || die "It writes rows that did not change."
}
