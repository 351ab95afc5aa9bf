#!/bin/bash
# tools/check/metrics.sh — promtool accepts the metrics of every process of a running stack, and each tells something of ours.
# Run through on_stack.sh.
set -euo pipefail
passed=0 failed=0
for socket in "$BILLET_RUN_DIR"/sock/{api,wsd}-*.metrics.sock; do
    name=$(basename "$socket" .metrics.sock)
    text=$(curl -sS --max-time 5 --unix-socket "$socket" http://localhost/metrics) || text=
    if ! grep -q '^billet_' <<<"$text"; then
        echo "$name: no metric whose name starts with billet_ at $socket"
        failed=$((failed + 1))
    elif ! promtool check metrics <<<"$text"; then
        echo "$name: promtool refuses its metrics"
        failed=$((failed + 1))
    elif [ "$(curl -sS --max-time 5 --unix-socket "$BILLET_RUN_DIR/sock/metrics.sock" "http://localhost/metrics/$name" | grep -c '^billet_')" -eq 0 ]; then
        echo "$name: nginx does not serve /metrics/$name"
        failed=$((failed + 1))
    elif [ "$(curl -s -o /dev/null --max-time 5 -w '%{http_code}' "$BILLET_BASE_URL/metrics/$name")" != 404 ]; then
        echo "$name: nginx serves /metrics/$name where strangers ask"
        failed=$((failed + 1))
    else
        passed=$((passed + 1))
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -ge 2 ]
