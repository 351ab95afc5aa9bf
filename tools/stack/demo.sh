#!/bin/bash
# tools/stack/demo.sh — Two accounts and a room with a few messages on the running stack, made once; prints how to come in.
# What it made is remembered in RUN_DIR/demo-accounts.txt, since passwords are not kept anywhere else.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
use_run_dir
read -r port <"$run_dir/port"
url=http://127.0.0.1:$port
accounts=$run_dir/demo-accounts.txt

# call METHOD PATH TOKEN BODY — the answer's body; ends the script on anything but success. Secrets go by stdin, not by argument.
call() {
    local answer
    answer=$(printf 'header = "Authorization: Bearer %s"\ndata = "%s"\n' "$3" "${4//\"/\\\"}" |
        curl -sS --max-time 10 --config - -X "$1" -H 'Content-Type: application/json' -w '\n%{http_code}' "$url$2") || die "$1 $2 got no answer from $url"
    [[ ${answer##*$'\n'} == 20[0-9] ]] || die "$1 $2 answered $answer"
    printf '%s\n' "${answer%$'\n'*}"
}

# The first value of a member in a JSON text, without its quotes: enough for the answers used here.
member() { grep -oE "\"$1\":(\"[^\"]*\"|[0-9]+)" | head -n 1 | sed -E "s/^\"$1\":\"?//; s/\"$//"; }

log_in() { call POST /auth/login '' "{\"username\":\"$1\",\"password\":\"$2\"}"; }

add_account() {
    printf '%s\n' "$2" | "$build_dir/billetctl" --config "$run_dir/billet.toml" user add "$1" --password-stdin >"$log_dir/demo.log" 2>&1 && return 0
    # Cut short last time, perhaps: the account is there and logging in will tell.
    warn "billetctl user add $1: $(tail -n 1 "$log_dir/demo.log")"
}

# Passwords are written down before the accounts exist, and messages bear an id: a run that was cut short is simply repeated.
make_demo() {
    local name password anna_in ben_in anna_token ben_token room who line number=0
    say "  making the demo accounts"
    [ -s "$accounts.new" ] || printf 'anna anna-%s\nben ben-%s\n' "$(random_hex 3)" "$(random_hex 3)" | write_private "$accounts.new"
    while read -r name password; do add_account "$name" "$password"; done <"$accounts.new"
    anna_in=$(log_in anna "$(sed -n 's/^anna //p' "$accounts.new")")
    ben_in=$(log_in ben "$(sed -n 's/^ben //p' "$accounts.new")")
    anna_token=$(member access_token <<<"$anna_in")
    ben_token=$(member access_token <<<"$ben_in")
    room=$(call POST /chat/rooms "$anna_token" "{\"other_user_id\":$(member id <<<"$ben_in")}" | member id)
    while IFS='|' read -r who line; do
        number=$((number + 1))
        if [ "$who" = anna ]; then who=$anna_token; else who=$ben_token; fi
        call POST "/chat/rooms/$room/messages" "$who" "{\"content\":\"$line\",\"client_msg_id\":\"demo-$number\"}" >/dev/null
    done <<'MESSAGES'
anna|Hi Ben! This room was made for the two of us by make run.
ben|Nice. Open this page in two windows and log in as each of us.
anna|Then type, and watch the ticks.
MESSAGES
    mv "$accounts.new" "$accounts"
}

[ -s "$accounts" ] || make_demo
say
say "Billet is running: $url"
while read -r name password; do say "  log in as $name with password $password"; done <"$accounts"
say "  logs: $log_dir   configuration: $run_dir/billet.toml"
stop='make stop'
[ "$run_dir" = "$repo_dir/run" ] || stop+=" RUN_DIR=$run_dir"
say "It runs in the background until '$stop'; the data stays for the next start."
