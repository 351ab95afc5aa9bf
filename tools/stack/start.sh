#!/bin/bash
# tools/stack/start.sh — Starts a whole private Billet below RUN_DIR, in the background and supervised by runit.
#
# RUN_DIR=run  PORT=8080 (or the next free one)  CONFIG=extra.toml  BUILD_DIR=build/release  API_INSTANCES=2  WSD_INSTANCES=2
# API_PROGRAM=billet-api-faulty is for tests/chaos (lib/base/fault_point.h).
# SERVICES="mariadb redis" starts only these. A stack that runs already is started anew, so that it runs what was built last.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/stop.sh"
. "$stack_dir/database.sh"
. "$stack_dir/configure.sh"
. "$stack_dir/services.sh"

API_INSTANCES=${API_INSTANCES:-2} WSD_INSTANCES=${WSD_INSTANCES:-2} api_program=${API_PROGRAM:-billet-api}
[[ $API_INSTANCES =~ ^[1-9][0-9]?$ && $WSD_INSTANCES =~ ^[1-9][0-9]?$ ]] || die "API_INSTANCES and WSD_INSTANCES must be numbers from 1 to 99"

choose_services() {
    local i
    services=mariadb\ redis
    for ((i = 1; i <= API_INSTANCES; i++)); do services+=" api-$i"; done
    for ((i = 1; i <= WSD_INSTANCES; i++)); do services+=" wsd-$i"; done
    services="${SERVICES:-$services nginx}"
}

wants() { [[ " $services " == *" $1 "* ]]; }

check_tools() {
    local tool missing=
    for tool in mariadbd mariadb mariadb-install-db redis-server redis-cli nginx runsvdir sv chpst sqitch curl flock setsid sha256sum; do
        command -v "$tool" >/dev/null || missing+=" $tool"
    done
    [ -z "$missing" ] || die "missing programs:$missing; 'make deps' installs them"
    for tool in "$api_program" billet-wsd billetctl; do
        [ -n "${SERVICES:-}" ] || [ -x "$build_dir/$tool" ] || die "$build_dir/$tool is not built; 'make' builds it"
    done
}

redis_answers() { redis-cli -s "$sock_dir/redis.sock" ping 2>/dev/null | grep -qE 'PONG|NOAUTH'; }

# MariaDB must answer, and still be the process that was started: one that dies at once is not waited for.
start_mariadb() {
    start_service mariadb
    wait_for "${MARIADB_TIMEOUT:-60}" database_answers || die_with_log mariadb "MariaDB does not answer"
    create_database_users
    write_client_options
    say "  database schema"
    migrate_database
}

site_answers() { [ "$(curl -s -o "$conf_dir/.ready" -w '%{http_code}' --max-time 3 "http://127.0.0.1:$port/readyz" || true)" = 200 ]; }
listening() { [ -S "$sock_dir/$1.sock" ]; }

start_daemons() {
    local service
    [[ $services != *-1* ]] || say "  api and wsd"
    for service in $services; do
        [[ $service == api-* || $service == wsd-* ]] || continue
        rm -f "$sock_dir/$service.sock"
        start_service "$service"
    done
    for service in $services; do
        [[ $service == api-* || $service == wsd-* ]] || continue
        wait_for 15 listening "$service" || die_with_log "$service" "$service does not listen on $sock_dir/$service.sock"
    done
}

start_nginx() {
    say "  nginx"
    lock_ports
    choose_port
    write_nginx_conf
    start_service nginx
    wait_for 10 port_is_taken "$port" || die_with_log nginx "nginx does not listen on port $port"
    unlock_ports
    rm -f "$conf_dir/.ready"
    wait_for 30 site_answers || die_with_log api-1 "http://127.0.0.1:$port/readyz does not answer 200: $(cat "$conf_dir/.ready" 2>/dev/null || true)"
}

# Old logs of a long-lived stack are kept once, so that they never fill the disk.
trim_logs() {
    local file
    for file in "$log_dir"/*.log; do
        [ ! -f "$file" ] || [ "$(stat -c %s "$file")" -lt 50000000 ] || mv -f "$file" "$file.1"
    done
}

main() {
    local began=$SECONDS
    use_run_dir
    choose_services
    check_tools
    lock_run_dir
    check_port
    ! stop_stack || say "the stack that was running in $run_dir is started anew"
    say "starting in $run_dir"
    trap 'stop_stack || true; warn "nothing was left running; the logs are in $log_dir"' EXIT
    trap 'exit 130' INT TERM
    trim_logs
    ensure_keys
    create_data_files
    write_mariadb_conf
    write_redis_conf
    write_billet_toml
    write_services
    start_supervisor
    say "  MariaDB and Redis"
    ! wants redis || start_service redis
    ! wants mariadb || start_mariadb
    ! wants redis || wait_for 15 redis_answers || die_with_log redis "Redis does not answer"
    start_daemons
    ! wants nginx || start_nginx
    trap - EXIT
    if wants nginx; then say "  up after $((SECONDS - began)) s: http://127.0.0.1:$port"; else say "  up after $((SECONDS - began)) s"; fi
}

main
