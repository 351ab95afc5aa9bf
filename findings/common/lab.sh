#!/bin/bash
# findings/common/lab.sh — sourced: a temporary folder for one finding, where packages are unpacked and servers run. All of it is gone when the script ends,
# also when it is interrupted.
#
# The script stands in the folder afterwards ($here) and writes what it sees to the file `seen`, which `as_expected` compares. Servers listen on unix
# sockets in the folder or on loopback; each is ended by its pid.
# Status of a finding: 0 it is so, 1 it has changed, 2 it could not be tried (a package of that version is no longer to be had, a server does not start).
set -euo pipefail
mariadb_version=1:10.11.19-0+deb12u1
common=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
here=$(mktemp -d)
pids=()
finish() {
    local pid
    for pid in "${pids[@]}"; do
        kill "$pid" 2>/dev/null || continue
        for _ in $(seq 100); do
            kill -0 "$pid" 2>/dev/null || break
            sleep 0.1
        done
        kill -9 "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    rm -rf "$here"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
cd "$here"

give_up() { echo "could not be tried: $1" >&2 && exit 2; }

# unpack PACKAGE=VERSION...: into the folder root; nothing of this machine changes. Their libraries come before the machine's own.
unpack() {
    local file
    apt-get download -q "$@" >download.log 2>&1 || { cat download.log >&2 && give_up "no such package: $*"; }
    for file in *.deb; do dpkg -x "$file" root; done
    rm -- *.deb
    LD_LIBRARY_PATH=$(find "$here/root" -name '*.so*' -printf '%h\n' | sort -u | paste -sd:)
    export LD_LIBRARY_PATH
}

# until_true COMMAND...: waits for it, up to a minute.
until_true() {
    for _ in $(seq 600); do
        "$@" >/dev/null 2>&1 && return 0
        sleep 0.1
    done
    give_up "waited in vain: $*"
}

# as_expected: shows the file `seen`; ends the script with 1 when it is not what stands on standard input.
as_expected() {
    cat seen
    diff seen - || { echo 'this has changed' >&2 && exit 1; }
}

unpack_mariadb() {
    unpack {mariadb-server-core,mariadb-client,mariadb-client-core,mariadb-common}="$mariadb_version" \
        liburing2=2.3-3 libaio1=0.3.113-4 libnuma1=2.0.16-1 libpcre2-8-0=10.42-1+deb12u2
}

# start_mariadb NAME [OPTION]...: a server with its data in the folder NAME, its socket NAME/s and its log NAME.log.
start_mariadb() {
    local name=$1
    [ -d "$name" ] || root/usr/bin/mariadb-install-db --no-defaults --force --basedir="$here/root/usr" --datadir="$here/$name" --user="$(id -un)" \
        --auth-root-authentication-method=normal --skip-test-db >install.log 2>&1 || give_up "$(tail -n 3 install.log)"
    root/usr/sbin/mariadbd --no-defaults --basedir="$here/root/usr" --datadir="$here/$name" --socket="$here/$name/s" --pid-file="$here/$name/pid" \
        --user="$(id -un)" --skip-networking --innodb-buffer-pool-size=16M "${@:2}" >"$name.log" 2>&1 &
    pids+=($!)
    until_true sql "$name" root -e 'SELECT 1'
}
sql() { root/usr/bin/mariadb --no-defaults --socket="$here/$1/s" --user="$2" --skip-reconnect --skip-column-names "${@:3}"; }
dump() { root/usr/bin/mariadb-dump --no-defaults --socket="$here/$1/s" --user="$2" "${@:3}"; }

# unpack_chromium: its program is "$chromium", and a script in the folder may import browser.mjs and playwright-core. The libraries that it needs are the
# machine's own.
unpack_chromium() {
    unpack {chromium,chromium-common}=156.0.8078.108-1~deb12u1
    unset LD_LIBRARY_PATH
    chromium=$here/root/usr/lib/chromium/chromium
    "$chromium" --version >chromium.log 2>&1 || give_up "$(tail -n 3 chromium.log)"
    install_npm playwright-core@1.65.1
    cp "$common/browser.mjs" .
}
install_npm() { npm install --prefix "$here" --no-audit --no-fund --ignore-scripts "$@" >npm.log 2>&1 || give_up "$(tail -n 3 npm.log)"; }
