#!/bin/bash
# tests/bench/run.sh — Measures everything on private stacks, prints the tables and writes them into docs/benchmarks.md.
#
# BENCH_MESSAGES=2000000   messages in the large database (15,000 a second to load)
# BENCH_SECONDS=4          length of one measurement under load
# BENCH_PARTS="rest sockets fanout page"   only these; then docs/benchmarks.md stays as it is
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
repo_dir=$(cd "$here/../.." && pwd -P)
export BUILD_DIR=${BUILD_DIR:-$repo_dir/build/release} BENCH_DIR=$here
export BENCH_MESSAGES=${BENCH_MESSAGES:-2000000} BENCH_SECONDS=${BENCH_SECONDS:-4}
all_parts='rest sockets fanout page'
parts=${BENCH_PARTS:-$all_parts}
doc=$repo_dir/docs/benchmarks.md

BENCH_SCRATCH=$(mktemp -d "${TMPDIR:-/tmp}/billet-bench.XXXXXX")
export BENCH_SCRATCH
finish() {
    local status=$? name
    trap - EXIT INT TERM
    for name in small big; do
        [ ! -d "$BENCH_SCRATCH/$name" ] || RUN_DIR=$BENCH_SCRATCH/$name "$repo_dir/tools/stack/stop.sh" >/dev/null || status=1
    done
    rm -rf "$BENCH_SCRATCH"
    exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM
unset PORT

# The crowds of clients need as many descriptors as there are.
ulimit -n "$(ulimit -Hn)"

# One wsd: its cost is measured per process. Everything else is as in `make run`.
start_stack() {
    RUN_DIR=$BENCH_SCRATCH/$1 CONFIG=$here/limits.toml WSD_INSTANCES=1 SERVICES='' "$repo_dir/tools/stack/start.sh" >&2
}
stop_stack() {
    RUN_DIR=$BENCH_SCRATCH/$1 "$repo_dir/tools/stack/stop.sh" >/dev/null
    rm -rf "${BENCH_SCRATCH:?}/$1"
}

wants() { [[ " $parts " == *" $1 "* ]]; }

# How fast a processor is at this moment, whoever else uses its core: CPU seconds of a loop that is always the same.
pace() {
    local i TIMEFORMAT=%U
    time for ((i = 0; i < 1000000; i++)); do :; done
}

machine() {
    local processor memory
    processor=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
    memory=$(awk '/^MemTotal/ { printf "%.0f", $2 / 1048576 }' /proc/meminfo)
    printf '%s, %s cores, %s GiB, Linux %s; MariaDB %s, nginx %s, Redis %s, Node %s.\n' "$processor" "$(nproc)" "$memory" "$(uname -r)" \
        "$(mariadbd --version | sed -E 's/.*Ver ([0-9.]+).*/\1/')" "$(nginx -v 2>&1 | sed 's/.*\///')" \
        "$(redis-server --version | sed -E 's/.*v=([0-9.]+).*/\1/')" "$(node --version)"
}

measure() {
    printf 'Measured on %s at commit %s, load of the machine before: %s.\n\n' "$(date -u +%Y-%m-%d)" \
        "$(git -C "$repo_dir" rev-parse --short HEAD 2>/dev/null || echo none)" "$(cut -d' ' -f1-3 /proc/loadavg)"
    machine
    printf 'Pace: %s s of CPU for a million turns of an empty loop of bash.\n' "$( { pace; } 2>&1)"
    if wants rest; then
        start_stack small
        start_stack big
        "$BUILD_DIR/bench_load" rest "$BENCH_SCRATCH/small" "$BENCH_SCRATCH/big"
        stop_stack big
        stop_stack small
    fi
    start_stack small
    ! wants sockets || "$BUILD_DIR/bench_load" sockets "$BENCH_SCRATCH/small"
    ! wants fanout || "$BUILD_DIR/bench_load" fanout "$BENCH_SCRATCH/small"
    if wants page; then
        printf '\n### The page, in Chromium\n\n```\n'
        "$repo_dir/tests/web/bench.sh" "http://127.0.0.1:$(<"$BENCH_SCRATCH/small/port")" "$BENCH_SCRATCH/small"
        printf '```\n'
    fi
}

# What stands between the two marks is replaced; the words around it are written by hand.
write_doc() {
    awk -v numbers="$1" '
        /^<!-- numbers: begin/ { print; print ""; while ((getline line < numbers) > 0) print line; print ""; inside = 1; next }
        /^<!-- numbers: end/ { inside = 0 }
        !inside { print }' "$doc" >"$BENCH_SCRATCH/doc"
    cat "$BENCH_SCRATCH/doc" >"$doc"
}

main() {
    local tool began=$SECONDS
    for tool in wrk strace node npm; do
        command -v "$tool" >/dev/null || { echo "bench: $tool is missing; 'tools/stack/deps.sh bench' installs it" >&2; exit 1; }
    done
    if wants fanout; then "$repo_dir/nginx/www/install.sh" "$here"; fi
    measure | tee "$BENCH_SCRATCH/numbers"
    if [ "$parts" = "$all_parts" ]; then
        write_doc "$BENCH_SCRATCH/numbers"
        echo "written to docs/benchmarks.md"
    fi
    echo "took $((SECONDS - began)) s; $(grep -c ' ok |$' "$BENCH_SCRATCH/numbers" || true) ok, $(grep -c ' WRONG |$' "$BENCH_SCRATCH/numbers" || true) WRONG"
}

main
