# Runs tests/instructions: gungraun, the library, wants its runner in the same version.
# shellcheck shell=bash

TARGET=$(realpath -m "${CARGO_TARGET_DIR:-$ROOT/target}")

# What the same code compiles to, and what the library of C has for it: with others, the counts are others.
counting_with() {
  local vectors=
  if grep -qw avx2 /proc/cpuinfo; then vectors=" with AVX2"; fi
  say "$(uname -m)$vectors, $(rustc --version | cut -d ' ' -f 1,2), $(valgrind --version), $(getconf GNU_LIBC_VERSION)"
}

counted_with() { grep -qxF "# $(counting_with)" "$1"; }

# Built once. It only starts valgrind and reads what that writes, so it need not be fast.
install_runner() {
  local version folder
  version=$(awk '/^name = "gungraun"$/ { getline; gsub(/"/, ""); print $3 }' "$ROOT/Cargo.lock")
  folder=$TARGET/gungraun-runner-$version
  PATH=$folder/bin:$PATH
  [[ -x $folder/bin/gungraun-runner ]] || CARGO_PROFILE_DEV_DEBUG=0 cargo install --locked --debug --quiet \
    --target-dir "$folder/build" --root "$folder" "gungraun-runner@$version" || return 1
  rm -rf "$folder/build"
}

# A line for each piece: its name, and how many instructions it took.
count_instructions() {
  rm -rf "$TARGET/gungraun"
  # Without the privilege that a container may lack: where things are in memory makes no difference to the count.
  GUNGRAUN_ALLOW_ASLR=true cargo bench --locked --manifest-path "$ROOT/Cargo.toml" --bench instructions -- \
    --output-format=json | node "$SCRIPTS/lib/instruction-counts.mjs"
}
