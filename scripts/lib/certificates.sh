#!/usr/bin/env bash
# Certificates for tests of TLS, good for a day: FOLDER/server is for this machine, FOLDER/elsewhere for another
# one, each with server.crt and server.key as CASEFILE_TLS of scripts/db wants them. FOLDER/ca.crt signed both,
# FOLDER/stranger.crt neither.
# Usage: scripts/lib/certificates.sh FOLDER
set -euo pipefail

folder=$1
command -v openssl >/dev/null || { printf 'openssl is missing: sudo apt-get install openssl\n' >&2; exit 1; }
umask 077
mkdir -p "$folder"
cd "$folder"

# certificate FILE NAME OPTION...
certificate() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 \
    -keyout "$1.key" -out "$1.crt" -subj "/CN=$2" "${@:3}" 2>openssl.log || { cat openssl.log >&2; exit 1; }
}

# server FOLDER NAMES
server() {
  mkdir -p "$1"
  certificate "$1/server" "$1" -CA ca.crt -CAkey ca.key -addext "subjectAltName=$2" \
    -addext "basicConstraints=critical,CA:FALSE" -addext "extendedKeyUsage=serverAuth"
}

certificate ca "Test authority" -addext "keyUsage=critical,keyCertSign"
certificate stranger "Another authority" -addext "keyUsage=critical,keyCertSign"
server server DNS:localhost,IP:127.0.0.1
server elsewhere DNS:elsewhere.example
