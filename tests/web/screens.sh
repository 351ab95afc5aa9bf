#!/bin/bash
# tests/web/screens.sh BASE_URL OUTDIR — Pictures of every screen in both widths and themes, to be looked at by a person.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
[ $# -eq 2 ] || { sed -n '2s/^# //p' "${BASH_SOURCE[0]}"; exit 2; }
"$here/../../nginx/www/install.sh" "$here"
exec node "$here/screens.mjs" "$1" "$2"
