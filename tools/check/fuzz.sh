#!/bin/bash
# tools/check/fuzz.sh TARGET… — Runs each fuzz target of build/fuzz for FUZZ_SECONDS (60); what it learnt stays in build/fuzz/corpus.
# Seeds: tests/fuzz/seeds/TARGET/. A crash leaves its input in build/fuzz/crashes/.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
seconds=${FUZZ_SECONDS:-60}
passed=0 failed=0
mkdir -p build/fuzz/crashes
for target in "$@"; do
    corpus=build/fuzz/corpus/$target
    mkdir -p "$corpus"
    places=("$corpus")
    [ ! -d "tests/fuzz/seeds/$target" ] || places+=("tests/fuzz/seeds/$target")
    echo "fuzzing $target for $seconds s"
    if "build/fuzz/$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
        -artifact_prefix="build/fuzz/crashes/$target-" "${places[@]}" >"build/fuzz/$target.log" 2>&1; then
        grep -E 'stat::(number_of_executed_units|average_exec_per_sec)' "build/fuzz/$target.log" || true
        passed=$((passed + 1))
    else
        tail -n 40 "build/fuzz/$target.log"
        failed=$((failed + 1))
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
