# tools/stack/common.sh — What every script of the private stack shares: paths, messages, and whose process is whose.
# Sourced, never run. Reads RUN_DIR, BUILD_DIR, PORT, CONFIG from the environment; all have defaults.
# shellcheck shell=bash disable=SC2034,SC2154  # names are shared by the files that source each other

repo_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
stack_dir=$repo_dir/tools/stack
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export LC_ALL=C.UTF-8

say() { printf '%s\n' "$*"; }
warn() { printf '%s\n' "$*" >&2; }
die() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# Sets run_dir and the paths below it, and makes the folders. Refuses names that configuration files cannot carry.
use_run_dir() {
    local wanted=${RUN_DIR:-$repo_dir/run}
    case $wanted in
        *[[:space:]\"\'\\\;\{\}\$\#\&\?%]*) die "RUN_DIR must be free of blanks, quotes and any of \\ ; { } \$ # & ? % ('$wanted'); choose another RUN_DIR=" ;;
    esac
    mkdir -p "$wanted" || die "cannot make the folder $wanted; choose another RUN_DIR="
    run_dir=$(cd "$wanted" && pwd -P)
    [ -w "$run_dir" ] || die "$run_dir is not writable for $(id -un); choose another RUN_DIR= or run as its owner"
    build_dir=${BUILD_DIR:-$repo_dir/build/release}
    log_dir=$run_dir/log pid_dir=$run_dir/pids key_dir=$run_dir/keys sv_dir=$run_dir/sv conf_dir=$run_dir/conf data_dir=$run_dir/data
    (umask 077 && mkdir -p "$key_dir" "$data_dir/mariadb" "$data_dir/redis" "$conf_dir" "$log_dir" "$sv_dir" "$pid_dir")
    use_socket_dir
}

# A unix socket's path must stay below 108 bytes: under a deep RUN_DIR the sockets live in a private folder of /tmp,
# and RUN_DIR/sock leads there.
use_socket_dir() {
    local longest=/billetctl-check-1.metrics.sock link=$run_dir/sock
    sock_dir=$link
    if [ $((${#link} + ${#longest})) -lt 107 ]; then
        [ ! -L "$link" ] || rm -f "$link"
        (umask 077 && mkdir -p "$link")
        return 0
    fi
    sock_dir=$(readlink "$link" || true)
    if [ -z "$sock_dir" ] || [ ! -O "$sock_dir" ]; then
        sock_dir=$(mktemp -d /tmp/billet.XXXXXXXX)
        ln -sfn "$sock_dir" "$link"
    fi
}

# One start or stop at a time in a RUN_DIR. Held until this shell ends; children must not inherit it (close 9).
lock_run_dir() {
    exec 9>"$run_dir/lock"
    flock -w 120 9 || die "another start or stop is at work in $run_dir (it holds $run_dir/lock)"
}

# The pid in a service's pid file if that process lives and works inside this RUN_DIR; else nothing and status 1.
# A pid file may outlive its process, and the number may belong to a stranger by then.
service_pid() {
    local pid=
    [ -r "$pid_dir/$1.pid" ] && read -r pid <"$pid_dir/$1.pid" || return 1
    ours "$pid" && printf '%s\n' "$pid"
}

# Whether a process works inside this RUN_DIR: every service keeps its working folder there.
ours() {
    local cwd
    [[ $1 =~ ^[0-9]+$ ]] && [ "$1" -gt 1 ] || return 1
    cwd=$(readlink "/proc/$1/cwd" 2>/dev/null) || return 1
    [ "$cwd" = "$run_dir" ] || [[ $cwd == "$run_dir"/* ]]
}

# Waits until a command succeeds. wait_for SECONDS COMMAND…
wait_for() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.1
    done
}

# Ends the script with the last lines of a service's log.
die_with_log() {
    local service=$1
    shift
    warn "error: $*"
    warn "--- last lines of $log_dir/$service.log"
    tail -n 25 "$log_dir/$service.log" >&2 || true
    exit 1
}

random_hex() { head -c "$1" /dev/urandom | od -An -v -tx1 | tr -d ' \n'; }

# Writes stdin to a file that only its owner reads, whole or not at all.
write_private() {
    (umask 077 && cat >"$1.new" && mv -f "$1.new" "$1")
}

# A random secret in a private file, made once.
ensure_secret() { [ -s "$1" ] || random_hex 24 | write_private "$1"; }

# Prints a template with each @NAME@ replaced. render FILE NAME=VALUE…
render() {
    local text pair
    text=$(<"$1")
    shift
    for pair in "$@"; do
        text=${text//"@${pair%%=*}@"/"${pair#*=}"}
    done
    printf '%s\n' "$text"
}
