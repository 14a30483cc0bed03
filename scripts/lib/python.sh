# Python tools, each in its own environment under target/, with packages pinned by hash.
# shellcheck shell=bash

# install_python NAME REQUIREMENTS: puts programs into target/NAME/bin, unless they are there already. If that fails, prints why.
install_python() {
  local folder=$ROOT/target/$1 requirements=$2 lock said
  said=$(lacks_python)
  [[ -z $said ]] || { say "$said"; return 1; }
  lock=$(python3 --version && sha256sum <"$requirements")
  if [[ $(cat "$folder/casefile-lock" 2>/dev/null) == "$lock" ]]; then return; fi
  rm -rf "$folder"
  # Debian packages venv without its pip.
  if ! said=$(python3 -m venv --without-pip "$folder" 2>&1 &&
    python3 -m pip --python "$folder/bin/python" --quiet --disable-pip-version-check install \
      --require-hashes --no-deps --only-binary :all: --requirement "$requirements" 2>&1); then
    say "pip could not install ${requirements#"$ROOT"/}: $(tail -n 1 <<<"$said")"
    return 1
  fi
  printf '%s\n' "$lock" >"$folder/casefile-lock"
}
