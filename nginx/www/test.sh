#!/bin/bash
# nginx/www/test.sh — The client's tests that need no browser: state, socket, tokens, outbox. Last line: "N passed, N failed".
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
./install.sh --checks || { echo "0 passed, 1 failed" && exit 1; }
report=$(NODE_OPTIONS=--import=./test/support/globals.js node --test --test-reporter=tap test/*.test.js 2>&1)
status=$?
count() { sed -nE "s/^# $1 ([0-9]+)$/\1/p" <<<"$report" | tail -n 1; }
passed=$(count pass) failed=$(count fail)
if [ "$status" -ne 0 ] || [ "${passed:-0}" -eq 0 ]; then
    printf '%s\n' "$report"
    [ "${failed:-0}" -gt 0 ] || failed=1
fi
echo "${passed:-0} passed, ${failed:-1} failed"
[ "${failed:-1}" -eq 0 ]
