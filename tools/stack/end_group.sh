#!/bin/bash
# tools/stack/end_group.sh RUN_DIR PID_FILE — Ends what a killed daemon left behind in its process group.
# nginx's workers outlive a master that dies by SIGKILL and keep its port; the next master could not listen.
set -euo pipefail
run_dir=$1
[ -r "$2" ] && read -r group <"$2" || exit 0
[[ $group =~ ^[0-9]+$ ]] && [ "$group" -gt 1 ] || exit 0
for stat in /proc/[0-9]*/stat; do
    # Fields after the command's closing parenthesis: state, parent, process group. The process may be gone by now.
    { read -r line <"$stat"; } 2>/dev/null || continue
    read -r _ _ its_group _ <<<"${line##*) }"
    [ "$its_group" = "$group" ] || continue
    pid=${stat#/proc/} pid=${pid%/stat}
    cwd=$(readlink "/proc/$pid/cwd") || continue
    if [[ $cwd == "$run_dir"/* ]]; then kill -KILL "$pid" 2>/dev/null || true; fi
done
