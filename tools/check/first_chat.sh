#!/bin/bash
# tools/check/first_chat.sh — The README's first chat, its bash blocks in order, against BILLET_BASE_URL: prints what is wrong, nothing if all is well.
# Each call must show the status that stands behind it, and the socket must see its ack.
# shellcheck disable=SC2016  # backquotes are the README's own
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
wanted=$(sed -nE '/^```bash$/,/^```$/ s/^call .*# ([0-9]{3})$/\1/p' README.md | tr '\n' ' ')
output=$(sed -n '/^```bash$/,/^```$/p' README.md | grep -v '^```' | bash -eu -o pipefail 2>&1) || echo "it ended with status $?"
seen=$(sed -nE 's/^.* \[([0-9]{3})\]$/\1/p' <<<"$output" | tr '\n' ' ')
[ "$wanted" = "$seen" ] || printf 'wanted the statuses %s\nbut there were      %s\n' "$wanted" "$seen"
[ "$(wc -w <<<"$wanted")" -ge 20 ] || echo "the README shows only these calls: $wanted"
[ "$(tail -n 1 <<<"$output" | grep -cE '^\{"type":"ack","id":"2","cursor":10,')" -eq 1 ] || echo "the last line is no ack: $(tail -n 1 <<<"$output")"
