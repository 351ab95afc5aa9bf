#!/bin/bash
# tools/check/on_stack.sh [--config FILE] [--only "SERVICE…"] COMMAND… — Runs a command on a private stack of its own.
#
# The stack has a temporary RUN_DIR and a free port, and is ended whatever happens. The command finds it by BILLET_BASE_URL,
# BILLET_RUN_DIR and BILLETCTL. With KEEP_LOGS=DIR the stack's logs are copied there when the command fails.
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
[ $# -gt 0 ] || { sed -n '2,5s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 2; }

BUILD_DIR=${BUILD_DIR:-$repo_dir/build/release}
export BUILD_DIR
run_dir=$(mktemp -d "${TMPDIR:-/tmp}/billet-check.XXXXXX")
finish() {
    local status=$?
    trap - EXIT INT TERM
    if [ "$status" -ne 0 ] && [ -n "${KEEP_LOGS:-}" ]; then
        mkdir -p "$KEEP_LOGS"
        cp -a "$run_dir/log/." "$KEEP_LOGS/" || true
    fi
    RUN_DIR=$run_dir "$repo_dir/tools/stack/stop.sh" >/dev/null || status=1
    rm -rf "$run_dir"
    exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM

# A stack of the caller's must not shape this one.
unset PORT
RUN_DIR=$run_dir CONFIG=$config SERVICES=$only "$repo_dir/tools/stack/start.sh"
export BILLET_RUN_DIR=$run_dir BILLETCTL=$BUILD_DIR/billetctl
if [ -r "$run_dir/port" ]; then
    BILLET_BASE_URL=http://127.0.0.1:$(<"$run_dir/port")
    export BILLET_BASE_URL
fi
"$@"
