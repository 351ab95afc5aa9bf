#!/bin/bash
# tools/check/linkage.sh — What the finished binaries are linked with, and how they are hardened. Reads BUILD_DIR.
set -euo pipefail
build_dir=${BUILD_DIR:-$(dirname "${BASH_SOURCE[0]}")/../../build/release}
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
has_no_executable_stack() { readelf -lW "$build_dir/$1" | grep GNU_STACK | grep -q 'RW '; }

expect "billet-wsd links no database client" links_no billet-wsd 'mysql|maria'
expect "billet-api links no libwebsockets" links_no billet-api 'libwebsockets'
for binary in billet-api billet-wsd billetctl; do
    expect "$binary is position independent" is_pie "$binary"
    expect "$binary has full RELRO" has_full_relro "$binary"
    expect "$binary has no executable stack" has_no_executable_stack "$binary"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
