# Tools in Python, each in an environment of its own under target/, with packages that are pinned by their hashes.
# shellcheck shell=bash

# install_python NAME REQUIREMENTS: only when the requirements or Python changed since the last time. Its programs are then in
# target/NAME/bin. Says why not.
install_python() {
  local folder=$ROOT/target/$1 requirements=$2 lock said
  said=$(lacks_python)
  [[ -z $said ]] || { say "$said"; return 1; }
  lock=$(python3 --version && sha256sum <"$requirements")
  if [[ $(cat "$folder/casefile-lock" 2>/dev/null) == "$lock" ]]; then return; fi
  rm -rf "$folder"
  # Debian's venv has no pip to put there.
  if ! said=$(python3 -m venv --without-pip "$folder" 2>&1 &&
    python3 -m pip --python "$folder/bin/python" --quiet --disable-pip-version-check install \
      --require-hashes --no-deps --only-binary :all: --requirement "$requirements" 2>&1); then
    say "pip could not install ${requirements#"$ROOT"/}: $(tail -n 1 <<<"$said")"
    return 1
  fi
  printf '%s\n' "$lock" >"$folder/casefile-lock"
}
