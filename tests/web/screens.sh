#!/bin/bash
# tests/web/screens.sh BASE_URL OUTDIR [SCREEN…] — Pictures of every screen in both widths and themes, to be looked at by a person. The stack needs roomy limits.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
[ $# -ge 2 ] || { sed -n '2s/^# //p' "${BASH_SOURCE[0]}"; exit 2; }
"$here/../../nginx/www/install.sh" "$here"
exec node "$here/screens.mjs" "$@"
