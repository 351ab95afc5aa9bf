#!/bin/bash
# tools/check/format.sh [--fix] [FILE…] — Every C++ source (or FILE) is as clang-format 14 would write it, and its comments end at column 100.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
fix=
if [ "${1:-}" = --fix ]; then fix=yes && shift; fi
files=("$@")
[ $# -gt 0 ] || mapfile -t files < <(find lib fcgi wsd tools tests -name node_modules -prune -o \( -name '*.cpp' -o -name '*.h' \) -print | sort)
# A Debian that has no such version is asked for none.
if ! command -v clang-format-14 >/dev/null && tools/stack/deps.sh --check format 2>/dev/null; then
    [ -z "$fix" ] || { echo "error: this Debian has no clang-format-14, whose version decides: format on Debian 12" >&2 && exit 1; }
    echo "skipped: this Debian has no clang-format-14, whose version decides"
    exit
fi
command -v clang-format-14 >/dev/null || { echo "clang-format-14 is missing; 'make deps-check' installs it"; echo "0 passed, 1 failed"; exit 1; }
if [ -n "$fix" ]; then
    clang-format-14 -i "${files[@]}"
    exit 0
fi
[ ${#files[@]} -gt 0 ] || { echo "0 passed, 0 failed" && exit 1; }
failed=0
# Comments are read as text: shorter lines than code has.
wide=$(LC_ALL=C.UTF-8 grep -nE '^.{101,}$' "${files[@]}" /dev/null | grep -E '^[^:]+:[0-9]+:([^"]*[^":])?// ' | grep -vE 'NOLINT|https?://') || true
if [ -n "$wide" ]; then
    echo "$wide" | sed -E 's/^([^:]+:[0-9]+):.*/\1: a comment beyond column 100/'
    failed=$(cut -d : -f 1 <<<"$wide" | sort -u | wc -l)
    echo "$((${#files[@]} - failed)) passed, $failed failed"
    exit 1
fi
# All at once, and one by one only what that finds.
if printf '%s\0' "${files[@]}" | xargs -0 -P "$(nproc)" -n 40 clang-format-14 --dry-run -Werror >/dev/null 2>&1; then
    echo "${#files[@]} passed, 0 failed"
    exit
fi
for file in "${files[@]}"; do
    clang-format-14 --dry-run -Werror "$file" >/dev/null 2>&1 && continue
    echo "$file: not formatted ('make format' does it)"
    clang-format-14 "$file" | diff -u "$file" - | sed -n '3,12p' || true
    failed=$((failed + 1))
done
echo "$((${#files[@]} - failed)) passed, $failed failed"
[ "$failed" -eq 0 ]
