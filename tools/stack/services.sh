# tools/stack/services.sh — The service folders that runit supervises: one run script each.
# Sourced after common.sh.
# shellcheck shell=bash disable=SC2034,SC2154  # names are shared by the files that source each other

# write_service NAME COMMAND… — the run script logs to log/NAME.log, writes its pid and becomes the command.
# The working folder stays inside RUN_DIR; ours() in common.sh relies on that.
write_service() {
    local name=$1 dir=$sv_dir/$1 before=
    shift
    wants "$name" || return 0
    # A killed nginx leaves workers and its unix socket behind, and could not listen again.
    [ "$name" != nginx ] || before="$(printf '%q %q %q; rm -f %q' "$stack_dir/end_group.sh" "$run_dir" "$pid_dir/nginx.pid" "$sock_dir/metrics.sock")"
    mkdir -p "$dir"
    # runit starts a service by itself unless this file says no; start.sh takes it away once the service was started in its turn.
    touch "$dir/down"
    {
        echo '#!/bin/sh'
        printf 'exec >>%q 2>&1\n' "$log_dir/$name.log"
        printf 'ulimit -n %s\n' "$(files_max)"
        [ -z "$before" ] || echo "$before"
        printf 'echo $$ >%q && mv %q %q\n' "$pid_dir/.$name.pid" "$pid_dir/.$name.pid" "$pid_dir/$name.pid"
        printf 'exec'
        printf ' %q' "$@"
        echo
    } >"$dir/run"
    chmod 755 "$dir/run"
}

# chpst -P: a process group of its own, so that the leftovers of a killed daemon can be ended by group.
write_services() {
    local i
    rm -rf "${sv_dir:?}"/*/run
    write_service mariadb chpst -P mariadbd --defaults-file="$conf_dir/mariadb.cnf" --user="$(id -un)"
    write_service redis chpst -P redis-server "$conf_dir/redis.conf"
    write_service nginx chpst -P nginx -c "$conf_dir/nginx.conf" -e "$log_dir/nginx.log" -g 'daemon off;'
    for ((i = 1; i <= API_INSTANCES; i++)); do
        write_service "api-$i" chpst -P "$build_dir/$api_program" --config "$run_dir/billet.toml" --instance "$i"
    done
    for ((i = 1; i <= WSD_INSTANCES; i++)); do
        write_service "wsd-$i" chpst -P "$build_dir/billet-wsd" --config "$run_dir/billet.toml" --instance "$i"
    done
}

supervised() { [ -p "$sv_dir/$1/supervise/ok" ] && sv status "$sv_dir/$1" >/dev/null 2>&1; }

start_supervisor() {
    # A clean environment: the services see their configuration overrides and nothing else of the caller's shell.
    local keep=() name
    while IFS= read -r name; do keep+=("$name=${!name}"); done < <(compgen -e | grep -E '^(BILLET_.*__.*|BILLET_FAULT_FILES|[A-Z]*SAN_OPTIONS|TZ)$' || true)
    (
        cd "$sv_dir" || exit 1
        exec setsid env -i PATH="$PATH" HOME="${HOME:-/}" LC_ALL=C.UTF-8 "${keep[@]}" runsvdir -P "$sv_dir" 8<&- 9>&- </dev/null >>"$log_dir/runsvdir.log" 2>&1
    ) &
    echo $! >"$run_dir/supervisor.pid"
    disown
    local service
    for service in $services; do
        wait_for 10 supervised "$service" || die_with_log runsvdir "runit does not supervise $service"
    done
}

# Starts a service; runit keeps it up from now on.
start_service() {
    rm -f "$sv_dir/$1/down"
    sv up "$sv_dir/$1" >/dev/null || die_with_log "$1" "runit refused to start $1"
}
