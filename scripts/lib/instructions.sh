# Runs tests/instructions under valgrind.
# shellcheck shell=bash

TARGET=$(realpath -m "${CARGO_TARGET_DIR:-$ROOT/target}")

# The compiler and the C library: with other versions, the counts differ.
counting_with() {
  local vectors=
  if grep -qw avx2 /proc/cpuinfo; then vectors=" with AVX2"; fi
  say "$(uname -m)$vectors, $(rustc --version | cut -d ' ' -f 1,2), $(valgrind --version), $(getconf GNU_LIBC_VERSION)"
}

counted_with() { grep -qxF "# $(counting_with)" "$1"; }

# A line for each piece: its name and its instructions.
count_instructions() {
  local folder=$TARGET/instructions program=$TARGET/quick/instructions pieces piece count
  cargo build --locked --profile quick --quiet --manifest-path "$ROOT/Cargo.toml" --package casefile-instructions
  rm -rf "$folder"
  mkdir -p "$folder"
  pieces=$("$program")
  for piece in $pieces; do
    run_piece "$program" "$piece" "$folder/$piece.out" >"$folder/$piece.log" 2>&1 ||
      die "Valgrind could not run $piece:" "$(tail -n 15 "$folder/$piece.log")"
    count=$(awk '/^totals: / { print $2 }' "$folder/$piece.out")
    ((count > 0)) || die "Valgrind has seen nothing of $piece."
    say "$piece $count"
  done
}

# run_piece PROGRAM PIECE FILE: as deployed, and whatever else is in the environment here. Nobody connects to that database.
run_piece() {
  # Without the last setting, each byte of a large copy counts as one instruction, and hides all others.
  env -i PATH="$PATH" APP_ENV=PROD DATABASE_URL=postgresql://casefile_api@localhost/casefile \
    DOCUMENT_STORE_URL="file://$TARGET/instructions" GLIBC_TUNABLES=glibc.cpu.x86_rep_movsb_threshold=1000000000 \
    valgrind --tool=callgrind --toggle-collect="instructions::*::$2" --callgrind-out-file="$3" "$1" "$2"
}
