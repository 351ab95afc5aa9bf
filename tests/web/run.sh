#!/bin/bash
# tests/web/run.sh [BASE_URL [RUN_DIR [CASE…]]] — The web client in Chromium on a running stack. Last line: "N passed, N failed".
#
# Without arguments BILLET_BASE_URL and BILLET_RUN_DIR are used. The stack should have roomy limits (stack.toml): thousands of messages
# are sent. CASE: only cases whose name contains it. Pictures of failures go to BILLET_PICTURES (build/check-logs/web-pictures).
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
cd "$here" || exit 1
base=${1:-${BILLET_BASE_URL:-}} run_dir=${2:-${BILLET_RUN_DIR:-}}
if [ -z "$base" ] || [ -z "$run_dir" ]; then
    sed -n '2,5s/^# //p' "${BASH_SOURCE[0]}"
    exit 2
fi
if [ "${1:-}" ]; then shift; fi
if [ "${1:-}" ]; then shift; fi
../../nginx/www/install.sh "$here" || { echo "0 passed, 1 failed"; exit 1; }
export BILLET_PICTURES=${BILLET_PICTURES:-$here/../../build/check-logs/web-pictures}
node suite.mjs "$base" "$run_dir" "$@"
