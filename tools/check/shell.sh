#!/bin/bash
# tools/check/shell.sh [FILE…] — shellcheck over every shell script of the tree (or FILE).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
files=("$@")
[ $# -gt 0 ] || mapfile -t files < <({
    find tools tests nginx systemd sql lib fcgi wsd .ci -path '*/node_modules' -prune -o -type f -print 2>/dev/null | while read -r file; do
        case $file in
            *.sh) echo "$file" ;;
            *) head -c 64 "$file" 2>/dev/null | head -n 1 | tr -d '\0' | grep -qE '^#!.*[/ ](ba)?sh( |$)' && echo "$file" ;;
        esac
    done
} | sort)
failed=0
for file in "${files[@]}"; do shellcheck -x -P SCRIPTDIR "$file" || failed=$((failed + 1)); done
echo "$((${#files[@]} - failed)) passed, $failed failed"
[ "$failed" -eq 0 ] && [ ${#files[@]} -gt 0 ]
