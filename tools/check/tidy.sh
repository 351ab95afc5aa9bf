#!/bin/bash
# tools/check/tidy.sh FLAG… — clang-tidy 14 over all sources, one per processor, with the compiler's flags. FILES="…" for some only.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
command -v clang-tidy-14 >/dev/null || { echo "clang-tidy-14 is missing: Debian 12 has it (apt-get install clang-tidy-14), later ones have not"; exit 1; }
# What g++ warns of is g++'s business; clang knows other warnings and would stop at them.
flags=()
for flag in "$@"; do
    case $flag in -W* | -g | -D_FORTIFY_SOURCE=*) ;; *) flags+=("$flag") ;; esac
done
read -ra files <<<"${FILES:-}"
[ ${#files[@]} -gt 0 ] || mapfile -t files < <(find lib fcgi wsd tools tests -name node_modules -prune -o -name '*.cpp' -not -path 'tests/fuzz/*' -print | sort)
log_dir=build/tidy
rm -rf "$log_dir" && mkdir -p "$log_dir"
tidy_one() {
    local log
    log=$log_dir/$(tr / _ <<<"$1").log
    file=$1
    shift
    if clang-tidy-14 --quiet "$file" -- "$@" >"$log" 2>/dev/null; then echo "ok   $file"; else
        echo "BAD  $file"
        cat "$log"
        touch "$log.failed"
    fi
}
export -f tidy_one
export log_dir
printf '%s\0' "${files[@]}" | xargs -0 -P "$(nproc)" -I FILE bash -c 'tidy_one "$@"' tidy FILE "${flags[@]}"
failed=$(find "$log_dir" -name '*.failed' | wc -l)
echo "$((${#files[@]} - failed)) passed, $failed failed"
[ "$failed" -eq 0 ]
