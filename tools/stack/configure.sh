# tools/stack/configure.sh — The generated files of a stack: port, keys, and one configuration per service.
# Sourced after common.sh. Everything under RUN_DIR/conf and RUN_DIR/billet.toml is made anew at every start.
# shellcheck shell=bash disable=SC2034,SC2154  # names are shared by the files that source each other

port_is_taken() {
    local hex
    hex=$(printf '%04X' "$1")
    # Listening sockets (state 0A) of both families, read without any tool that might be missing.
    awk -v port=":$hex" '$4 == "0A" && substr($2, length($2) - 4) == port { found = 1 } END { exit !found }' /proc/net/tcp /proc/net/tcp6 2>/dev/null
}

# Two stacks that start at once must not choose the same port: the choice is made, and nginx started, under one lock
# for the machine. Without the lock's file (another user's, unreadable) the choice is merely less safe.
lock_ports() {
    local file=/tmp/billet-ports.lock
    [ -e "$file" ] || (umask 0111 && : >"$file") 2>/dev/null || true
    if [ -r "$file" ]; then
        exec 8<"$file"
        flock -w 60 8 || warn "another stack has been starting for a minute; choosing a port all the same"
    fi
}
unlock_ports() { exec 8<&- || true; }

# A port that was asked for must be free; better to say so before anything is started.
check_port() {
    [ -n "${PORT:-}" ] || return 0
    [[ $PORT =~ ^[0-9]{1,5}$ && $PORT -ge 1 && $PORT -le 65535 ]] || die "PORT must be a number from 1 to 65535, not '$PORT'"
    # Our own stack, about to be started anew, may hold it.
    if service_pid nginx >/dev/null && [ "$(cat "$run_dir/port" 2>/dev/null)" = "$PORT" ]; then return 0; fi
    ! port_is_taken "$PORT" || die "port $PORT is taken by another program; choose another PORT=, or leave it out to get a free one"
}

# Sets port: PORT if given, else the one of the last start if it is free, else 8080 or the next free one.
choose_port() {
    local last=
    [ ! -r "$run_dir/port" ] || read -r last <"$run_dir/port" || true
    if [ -n "${PORT:-}" ]; then
        port=$PORT
    elif [[ $last =~ ^[0-9]+$ ]] && ! port_is_taken "$last"; then
        port=$last
    else
        port=8080
        while port_is_taken "$port"; do
            port=$((port + 1))
            [ "$port" -lt 8480 ] || die "no free port between 8080 and 8480; choose one with PORT="
        done
    fi
    echo "$port" >"$run_dir/port"
}

# Key files hold one key a line: id, state, 64 hex digits. Made once; only `billetctl key` changes them afterwards.
# A new content key over old data would start without a word and never read a message again.
ensure_keys() {
    local name
    [ -s "$key_dir/content.keys" ] || [ ! -d "$data_dir/mariadb/mysql" ] ||
        die "$key_dir/content.keys is gone, and without it nothing in $data_dir can be read: put it back, or choose another RUN_DIR= to begin anew"
    for name in content bus token; do
        [ ! -s "$key_dir/$name.keys" ] || continue
        {
            echo "# $name keys: ID STATE HEX64, exactly one is current. Losing content.keys is losing every message."
            echo "1 current $(random_hex 32)"
            [ "$name" != bus ] || echo "0 channel $(random_hex 32)"
        } | write_private "$key_dir/$name.keys"
    done
    for name in redis_api redis_wsd redis_operator; do ensure_secret "$key_dir/$name.password"; done
}

sha256_of() { printf '%s' "$(<"$1")" | sha256sum | cut -d' ' -f1; }

write_mariadb_conf() {
    render "$stack_dir/templates/mariadb.cnf" DATA_DIR="$data_dir/mariadb" SOCKET="$sock_dir/mariadb.sock" >"$conf_dir/mariadb.cnf"
}

write_redis_conf() {
    render "$stack_dir/templates/redis.acl" API_SHA256="$(sha256_of "$key_dir/redis_api.password")" \
        WSD_SHA256="$(sha256_of "$key_dir/redis_wsd.password")" OPERATOR_SHA256="$(sha256_of "$key_dir/redis_operator.password")" |
        write_private "$conf_dir/redis.acl"
    render "$stack_dir/templates/redis.conf" SOCKET="$sock_dir/redis.sock" DATA_DIR="$data_dir/redis" ACL_FILE="$conf_dir/redis.acl" >"$conf_dir/redis.conf"
}

write_billet_toml() {
    local api_sockets='' i include=''
    for ((i = 1; i <= API_INSTANCES; i++)); do api_sockets+="${api_sockets:+, }\"$sock_dir/api-$i.relay.sock\""; done
    if [ -n "${CONFIG:-}" ]; then
        [ -r "$CONFIG" ] || die "CONFIG=$CONFIG cannot be read"
        include="include = [\"$(readlink -f "$CONFIG")\"]"
    fi
    # The include stands first: TOML has no way back to the top level after a table.
    render "$stack_dir/templates/billet.toml" INCLUDE="$include" SOCK="$sock_dir" KEYS="$key_dir" OPERATOR="$(id -un)" API_SOCKETS="$api_sockets" |
        write_private "$run_dir/billet.toml"
}

# upstream_of GROUP KIND COUNT OPTION… — each socket once, a lone one twice: a request whose worker dies goes to the next line, which must be another
# process where there is one, and nginx never asks a lone line again.
upstream_of() {
    local group=$1 kind=$2 count=$3 rounds round i
    rounds=$((count == 1 ? 2 : 1))
    shift 3
    printf 'upstream %s {\n' "$group"
    for ((round = 0; round < rounds; round++)); do
        for ((i = 1; i <= count; i++)); do printf '    server unix:%s/%s-%d.sock max_fails=0;\n' "$sock_dir" "$kind" "$i"; done
    done
    printf '    %s;\n' "$@"
    printf '}\n'
}

# As many descriptors as the system gives us, up to what 20,000 sockets with their upstream side need.
files_max() {
    local hard
    hard=$(ulimit -Hn)
    if [ "$hard" = unlimited ] || [ "$hard" -gt 65536 ]; then echo 65536; else echo "$hard"; fi
}

# The files as they are, but for who is trusted: tests, benchmark and first steps come from loopback, as many clients at once.
link_nginx_files() {
    rm -rf "${conf_dir:?}/billet"
    mkdir "$conf_dir/billet"
    ln -s "$repo_dir"/nginx/*.conf "$conf_dir/billet/"
    rm "$conf_dir/billet/trusted-addresses.conf"
    printf '%s\n' '127.0.0.1/32 1;' '::1/128 1;' >"$conf_dir/billet/trusted-addresses.conf"
}

write_nginx_conf() {
    local files user_line=''
    files=$(files_max)
    # nginx started by root would drop to www-data, who may not open our sockets.
    [ "$(id -u)" -ne 0 ] || user_line='user root;'
    mkdir -p "$data_dir/nginx"
    # The kept connections of both nginx workers together stay well below the api's connections_max.
    {
        upstream_of billet_api api "$API_INSTANCES" 'keepalive 32'
        upstream_of billet_wsd wsd "$WSD_INSTANCES" least_conn
    } >"$conf_dir/billet-upstreams.conf"
    link_nginx_files
    render "$stack_dir/templates/nginx.conf" USER_LINE="$user_line" PID_FILE="$pid_dir/nginx.pid" LOG_DIR="$log_dir" TEMP_DIR="$data_dir/nginx" \
        SOCK="$sock_dir" SITE="${WEB_DIR:-$repo_dir/build/www}" PORT="$port" FILES_MAX="$files" \
        CONNECTIONS_MAX=$((files - 200)) >"$conf_dir/nginx.conf"
    nginx -t -q -c "$conf_dir/nginx.conf" -e "$log_dir/nginx.log" 2>"$log_dir/nginx-test.log" || {
        cat "$log_dir/nginx-test.log" >&2
        die "nginx refuses its configuration $conf_dir/nginx.conf"
    }
}
