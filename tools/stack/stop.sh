#!/bin/bash
# tools/stack/stop.sh — Ends the stack of RUN_DIR and nothing else, and waits until all of it is gone. Data stays.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# The services that runit supervises here, or whose process is alive without it.
known_services() {
    local path
    for path in "$sv_dir"/*/ "$pid_dir"/*.pid; do
        path=${path%/} path=${path##*/}
        [ "$path" = '*' ] || [ "$path" = '*.pid' ] || printf '%s\n' "${path%.pid}"
    done | sort -u
}

# Every process whose working folder is a service's or the data's: the services, their supervisors and their leftovers.
processes_here() {
    find /proc/[0-9]*/cwd -maxdepth 0 \( -lname "$sv_dir" -o -lname "$sv_dir/*" -o -lname "$data_dir/*" \) 2>/dev/null | sed 's|/proc/||; s|/cwd||'
}

signal_all_here() {
    local pid
    for pid in $(processes_here); do kill "-$1" "$pid" 2>/dev/null || true; done
}

nobody_here() { [ -z "$(processes_here)" ]; }

stop_supervised() {
    local group service name running
    # Front to back: what takes requests goes first, the database last.
    for group in 'nginx wsd-' 'api-' 'redis mariadb'; do
        running=()
        for service in $(known_services); do
            for name in $group; do
                [[ $service == "$name"* && -p $sv_dir/$service/supervise/ok ]] && running+=("$sv_dir/$service")
            done
        done
        [ ${#running[@]} -eq 0 ] || sv -w 20 force-stop "${running[@]}" >/dev/null 2>&1 || true
    done
    for service in $(known_services); do
        [ ! -p "$sv_dir/$service/supervise/ok" ] || sv -w 5 exit "$sv_dir/$service" >/dev/null 2>&1 || true
    done
}

stop_stack() {
    local pid found=
    nobody_here || found=yes
    # The supervisor's supervisor first, or it would raise the others again.
    if [ -r "$run_dir/supervisor.pid" ] && read -r pid <"$run_dir/supervisor.pid" && ours "$pid"; then kill "$pid" 2>/dev/null || true; fi
    stop_supervised
    # Whatever had lost its supervisor.
    signal_all_here CONT
    signal_all_here TERM
    if ! wait_for 15 nobody_here; then
        warn "ending what did not stop by itself: $(processes_here | tr '\n' ' ')"
        signal_all_here KILL
        wait_for 10 nobody_here || die "processes of $run_dir are still there: $(processes_here | tr '\n' ' ')"
    fi
    rm -f "$pid_dir"/*.pid "$run_dir/supervisor.pid"
    rm -rf "${sv_dir:?}"/*
    [ -n "$found" ]
}

# Also sourced by start.sh, which calls stop_stack itself.
if [ "${BASH_SOURCE[0]}" = "$0" ]; then
    [ -d "${RUN_DIR:-$repo_dir/run}" ] || { say "no stack in ${RUN_DIR:-$repo_dir/run}"; exit 0; }
    use_run_dir
    lock_run_dir
    if stop_stack; then say "stopped the stack in $run_dir (its data stays)"; else say "no stack was running in $run_dir"; fi
fi
