# The packages that scripts/test needs beyond cargo and npm. Root on Debian gets them installed; others are told how.
# shellcheck shell=bash

# pgTAP is plain SQL, so that any server can run the copy of any other version.
pgtap_script() {
  find /usr/share/postgresql/*/extension "$(pg_config --sharedir 2>/dev/null)/extension" \
    -name 'pgtap--*.sql' 2>/dev/null | grep -E '/pgtap--[0-9.]+\.sql$' | sort -V | tail -n 1
}

chromium() { command -v chromium-headless-shell || command -v chromium; }

missing_packages() {
  if wants db || wants mutants; then
    command -v psql >/dev/null || say postgresql-client
    command -v pg_prove >/dev/null || say libtap-parser-sourcehandler-pgtap-perl
    [[ -n $(pgtap_script) ]] || say pgtap
  fi
  if wants scripts && ! wants db && ! wants mutants; then command -v psql >/dev/null || say postgresql-client; fi
  if wants scripts && ! wants api && ! wants drill; then command -v pdftotext >/dev/null || say poppler-utils; fi
  if wants shell && ! command -v shellcheck >/dev/null; then say shellcheck; fi
  if wants alerts && ! command -v promtool >/dev/null; then say prometheus; fi
  if wants instructions && ! command -v valgrind >/dev/null; then say valgrind; fi
  if wants api || wants drill; then
    command -v clamd >/dev/null || [[ -x /usr/sbin/clamd ]] || say clamav-daemon
    tesseract --list-langs 2>/dev/null | grep -qx osd || say tesseract-ocr tesseract-ocr-eng tesseract-ocr-osd
    command -v pdftoppm >/dev/null || say poppler-utils
    command -v openssl >/dev/null || say openssl
    command -v pgbouncer >/dev/null || [[ -x /usr/sbin/pgbouncer ]] || say pgbouncer
  fi
  if wants browser; then
    chromium >/dev/null || say chromium-headless-shell
    wants api || wants drill || command -v openssl >/dev/null || say openssl
  fi
}

install_packages() {
  local missing
  mapfile -t missing < <(missing_packages)
  ((${#missing[@]} > 0)) || return 0
  if ((EUID == 0)) && command -v apt-get >/dev/null; then
    say "   installing ${missing[*]}"
    { DEBIAN_FRONTEND=noninteractive apt-get update && DEBIAN_FRONTEND=noninteractive \
      apt-get install --yes --no-install-recommends "${missing[@]}"; } >"$STATE/apt.log" 2>&1 ||
      die "apt-get failed:" "$(tail -n 15 "$STATE/apt.log")"
  elif [[ -z $(say "${missing[@]}" | grep -vxE 'shellcheck|valgrind|prometheus') ]]; then
    return # the steps say that they are left out
  else
    die "Missing, and only an administrator may install them: ${missing[*]}" \
      "sudo apt-get install ${missing[*]}" "Or run the steps that do without: scripts/test fmt clippy deny lint squawk drift tamper generated"
  fi
}
