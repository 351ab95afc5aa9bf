#!/bin/bash
# tests/web/bench.sh BASE_URL RUN_DIR — Measures the web client in Chromium: first paint, 10,000 messages, 1,000 rooms. The stack needs roomy limits.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
[ $# -eq 2 ] || { sed -n '2s/^# //p' "${BASH_SOURCE[0]}"; exit 2; }
"$here/../../nginx/www/install.sh" "$here"
exec node "$here/bench.mjs" "$1" "$2"
