#!/bin/bash
# tools/hooks.sh — Has git run tools/check/pre_commit.sh before each commit in this clone. A hook of somebody else is not touched.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
hook=$(git rev-parse --path-format=absolute --git-path hooks/pre-commit) || { echo "error: this is no git clone" >&2; exit 1; }
mark='# make hooks of Billet'
if [ -e "$hook" ] && ! grep -qxF "$mark" "$hook"; then
    echo "error: $hook is there already; to have both, call tools/check/pre_commit.sh from it" >&2
    exit 1
fi
mkdir -p "$(dirname "$hook")"
# A commit of before this script has none to run.
printf '#!/bin/sh\n%s\n[ ! -x tools/check/pre_commit.sh ] || exec tools/check/pre_commit.sh\n' "$mark" >"$hook"
chmod 755 "$hook"
echo "$hook runs tools/check/pre_commit.sh before each commit (rm it to be rid of that)"
