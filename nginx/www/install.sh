#!/bin/bash
# nginx/www/install.sh [--checks] [DIR] — npm ci in DIR (this folder), unless what package-lock.json says is installed already. No package runs a script
# of its own. What only the checks need (devDependencies) comes with --checks; a build does without it.
set -euo pipefail
only=--omit=dev
if [ "${1:-}" = --checks ]; then only=--include=dev && shift; fi
cd "${1:-$(dirname "${BASH_SOURCE[0]}")}"
stamp=node_modules/.installed
wanted=$(sha256sum <package-lock.json)
# Whoever has all has also what a build needs.
case $(cat "$stamp" 2>/dev/null || true) in "$wanted --include=dev" | "$wanted $only") exit 0 ;; esac
log=$(npm ci "$only" --ignore-scripts --no-progress 2>&1) || {
    printf '%s\n' "$log" >&2
    echo "error: npm could not install the packages of $PWD/package-lock.json" >&2
    exit 1
}
printf '%s\n' "$wanted $only" >"$stamp"
