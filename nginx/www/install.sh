#!/bin/bash
# nginx/www/install.sh [DIR] — npm ci in DIR (this folder), unless what package-lock.json says is installed already. No package runs a script of its own.
set -euo pipefail
cd "${1:-$(dirname "${BASH_SOURCE[0]}")}"
stamp=node_modules/.installed
wanted=$(sha256sum <package-lock.json)
[ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ] || exit 0
log=$(npm ci --ignore-scripts --no-progress 2>&1) || {
    printf '%s\n' "$log" >&2
    echo "error: npm could not install the packages of $PWD/package-lock.json" >&2
    exit 1
}
printf '%s\n' "$wanted" >"$stamp"
