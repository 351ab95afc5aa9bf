#!/bin/bash
# tools/check/linkage.sh — What the finished binaries are linked with, whether NOTICE says so, and how they are hardened. Reads BUILD_DIR, WEB_DIR.
set -euo pipefail
repo_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
build_dir=${BUILD_DIR:-$repo_dir/build/release} web_dir=${WEB_DIR:-$repo_dir/build/www}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
passed=0 failed=0

expect() { # expect DESCRIPTION COMMAND…
    local what=$1
    shift
    if "$@"; then passed=$((passed + 1)); else echo "failed: $what" && failed=$((failed + 1)); fi
}
# Each reads the tool's whole answer first: a binary that is missing must not pass for one without fault.
links_no() {
    local libraries
    libraries=$(ldd "$build_dir/$1") && ! grep -iE "$2" <<<"$libraries"
}
is_pie() { readelf -h "$build_dir/$1" | grep -qE 'Type:.*DYN'; }
has_full_relro() { readelf -d "$build_dir/$1" | grep -q 'BIND_NOW\|Flags:.*NOW' && readelf -lW "$build_dir/$1" | grep -q GNU_RELRO; }
# No environment variable ends what ships: the points are in the program of the tests alone.
names_faults() { grep -qF BILLET_FAULT "$build_dir/$1"; }
names_no_faults() { [ -r "$build_dir/$1" ] && ! names_faults "$1"; }
has_no_executable_stack() { readelf -lW "$build_dir/$1" | grep GNU_STACK | grep -q 'RW '; }

expect "billet-wsd links no database client" links_no billet-wsd 'mysql|maria'
expect "billet-wsd links nothing that only the rules of names need" links_no billet-wsd 'utf8proc'
expect "billet-api links no libwebsockets" links_no billet-api 'libwebsockets'
for binary in billet-api billet-wsd billetctl; do
    expect "$binary is position independent" is_pie "$binary"
    expect "$binary has full RELRO" has_full_relro "$binary"
    expect "$binary has no executable stack" has_no_executable_stack "$binary"
    expect "$binary has no faults on demand" names_no_faults "$binary"
done
expect "billet-api-faulty has them" names_faults billet-api-faulty

# Licences. A NOTICE that is wrong must be seen to be wrong.
sbom() { node "$repo_dir/tools/sbom.mjs" "$build_dir" "$web_dir" "$scratch/sbom.json"; }
notice() { node "$repo_dir/tools/check/notice.mjs" "$scratch/sbom.json" "$1"; }
is_wrong() { sed "$1" "$repo_dir/NOTICE" >"$scratch/NOTICE" && ! notice "$scratch/NOTICE" >/dev/null; }
has_notice_of_lit() { grep -q 'Copyright (c) 2017 Google LLC' "$web_dir/licenses.txt" && head -n 1 "$web_dir/embed.js" "$web_dir"/assets/main-*.js | grep -c licenses.txt | grep -qx 2; }
expect "a bill of materials is made" sbom
expect "NOTICE names what is linked and bundled, under its licence" notice "$repo_dir/NOTICE"
expect "a NOTICE that leaves Connector/C++ out is wrong" is_wrong '/^  mysql-connector/d'
expect "a NOTICE with another licence is wrong" is_wrong '/^  mariadb /s/LGPL-2.0-or-later/MIT/'
expect "a NOTICE of what is not there is wrong" is_wrong 's/^  zlib /  zstd /'
expect "the web client's scripts lead to the notices of others" has_notice_of_lit

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
