#!/bin/bash
# tools/check/on_stack.sh [--config FILE] [--only "SERVICE…"] COMMAND… — Runs a command on a private stack of its own.
#
# The stack has a temporary RUN_DIR and a free port, and is ended whatever happens. The command finds it by BILLET_BASE_URL,
# BILLET_RUN_DIR and BILLETCTL. With KEEP_LOGS=DIR the stack's logs are copied there when the command fails.
# The stack trusts the tokens of a host application, https://host.test, whose secret (HS256) is keys/host.secret.
# What a sanitizer said in a daemon's log is a failure too: runit raises the daemon again, and no test may notice.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
repo_dir=$(cd "$here/../.." && pwd -P)
config='' only=''
while [ $# -gt 0 ]; do
    case $1 in
        --config) config=$(readlink -f "$2") && shift 2 ;;
        --only) only=$2 && shift 2 ;;
        *) break ;;
    esac
done
[ $# -gt 0 ] || { sed -n '2,7s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 2; }

BUILD_DIR=${BUILD_DIR:-$repo_dir/build/release}
export BUILD_DIR
run_dir=$(mktemp -d "${TMPDIR:-/tmp}/billet-check.XXXXXX")

# run_suites.sh knows the first line: what follows comes after the suite's sum.
no_sanitizer_report() {
    local found=': runtime error: |(ERROR|WARNING): [A-Za-z]+Sanitizer'
    grep -qsE "$found" "$run_dir"/log/*.log || return 0
    echo "a sanitizer reported:" >&2
    grep -hE -A 30 "$found" "$run_dir"/log/*.log | head -n 200 >&2
    return 1
}

keep_logs() {
    [ -n "${KEEP_LOGS:-}" ] || return 0
    mkdir -p "$KEEP_LOGS"
    cp -a "$run_dir/log/." "$KEEP_LOGS/" || true
}

# Leaks are told at the end of a daemon: logs are read after the stop, and kept before it too, as it may be cut short.
finish() {
    local status=$?
    trap - EXIT INT TERM
    [ "$status" -eq 0 ] || keep_logs
    RUN_DIR=$run_dir "$repo_dir/tools/stack/stop.sh" >/dev/null || status=1
    no_sanitizer_report || status=1
    [ "$status" -eq 0 ] || keep_logs
    rm -rf "$run_dir"
    exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM

# The suite's own options, included from where they lie (they may include others), and the host.
write_config() {
    mkdir -m 700 "$run_dir/keys"
    (umask 077 && head -c 48 /dev/urandom | base64 -w 0 >"$run_dir/keys/host.secret")
    [ -z "$config" ] || printf 'include = ["%s"]\n' "$(readlink -f "$config")"
    printf '\n[[host_tokens]]\nissuer = "https://host.test"\naudience = "billet"\nalgorithm = "HS256"\nkey_file = "%s"\n' "$run_dir/keys/host.secret"
}
write_config >"$run_dir/suite.toml"

# A stack of the caller's must not shape this one.
unset PORT
RUN_DIR=$run_dir CONFIG=$run_dir/suite.toml SERVICES=$only "$repo_dir/tools/stack/start.sh"
export BILLET_RUN_DIR=$run_dir BILLETCTL=$BUILD_DIR/billetctl
if [ -r "$run_dir/port" ]; then
    BILLET_BASE_URL=http://127.0.0.1:$(<"$run_dir/port")
    export BILLET_BASE_URL
fi
"$@"
