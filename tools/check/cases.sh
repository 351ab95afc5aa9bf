# tools/check/cases.sh — What the suites that are shell scripts share: a case, its count, and the last line. Sourced, never run.
# Gives $scratch, a folder that is gone at the end.
# shellcheck shell=bash
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
passed=0 failed=0

check() { # check SENTENCE COMMAND…
    local what=$1
    shift
    if "$@" >"$scratch/check.out" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "failed: $what"
        tail -n 8 "$scratch/check.out"
    fi
}
refused() { ! "$@"; }

# The suite's last line, and its status.
end_of_cases() {
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ]
}
