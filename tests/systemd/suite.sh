#!/bin/bash
# tests/systemd/suite.sh BASE SCRATCH — What the documents promise an operator, on a machine that boots: run.sh starts it in namespaces of its own.
#
# The commands are those of systemd/README.md and docs/operations.md, taken from these files. The last line is "N passed, N failed".
# BOOT_CHAPTERS="stops reboots" runs these after the installation.
#
# shellcheck disable=SC2016,SC2317 # commands that the machine's shell expands; functions that check and wait_for are told of
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
repo_dir=$(cd "$here/../.." && pwd -P)
base=$1 scratch=$2
passed=0 failed=0
# shellcheck source=machine.sh
. "$here/machine.sh"

# --- Telling ------------------------------------------------------------------------------------------------------------

section() { printf '\n=== %s (%d s)\n' "$*" $SECONDS; }
# check WHAT COMMAND… — its output is shown if it fails; the next one may read it in $scratch/said.
check() {
    local what=$1
    shift
    local status=0
    "$@" >"$scratch/saying" 2>&1 || status=$?
    mv "$scratch/saying" "$scratch/said"
    if [ "$status" -eq 0 ]; then
        passed=$((passed + 1))
        printf 'ok      %s\n' "$what"
    else
        failed=$((failed + 1))
        printf 'FAILED  %s\n' "$what"
        tail -n 40 "$scratch/said" | sed 's/^/        /'
    fi
}
finish() {
    printf '\n%d passed, %d failed\n' "$passed" "$failed"
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
    exit
}
fails() { ! "$@"; }
# What nothing can go on without.
must() {
    local before=$failed
    check "$@"
    [ "$failed" -eq "$before" ] || {
        inside journalctl --no-pager -n 60 -o cat 2>&1 | sed 's/^/        /'
        finish
    }
}

# --- What the documents say ---------------------------------------------------------------------------------------------

# commands FILE HEADING — the sh blocks below a heading, up to the next one.
commands() {
    awk -v heading="$2" '
        /^#+ / && !inside { on = ($0 == heading); next }
        /^ *```sh$/ && on { inside = 1; next }
        /^ *```$/ { inside = 0; next }
        inside { sub(/^   /, ""); print }' "$repo_dir/$1"
}
# as_documented FILE HEADING — all of them in one shell, as they are pasted.
as_documented() {
    commands "$@" >"$scratch/shared/commands"
    [ -s "$scratch/shared/commands" ] || { echo "no commands below '$2' in $1" && return 1; }
    inside bash -e -o pipefail -x /shared/commands
}

# What operations.md takes for granted in root's shell.
operator_shell() { echo 'shopt -s expand_aliases; alias billetctl="billetctl --config /etc/billet/operator.toml"; cd /root'; }

# --- Asking the machine -------------------------------------------------------------------------------------------------

from_outside() { curl -sf -m 10 --cacert "$scratch/shared/ca.pem" "$@" >/dev/null; }
serves() { from_outside https://chat.example.org/readyz && from_outside https://chat.example.org/; }
ready() { wait_for 60 serves; }
chat() { timeout 300 "$here/chat.py" https://chat.example.org "$scratch/shared/ca.pem" "$@"; }
# No unit has failed, and none starts again and again.
all_well() {
    [ -z "$(inside systemctl list-units --failed --plain --no-legend | tee /dev/stderr)" ] || return 1
    for unit in billet.target billet-migrate.service billet-api.socket billet-api-relay.socket billet-prune.timer billet-{api,wsd}@{1,2}.service mariadb redis-server nginx; do
        inside systemctl --quiet is-active "$unit" || { echo "$unit is not active" && return 1; }
    done
}
changed_at() { inside systemctl show -P StateChangeTimestamp "$1"; }
process_of() { inside systemctl show -P MainPID "$1"; }

install_build() { DESTDIR=$scratch/root BUILD_DIR=${1:-$BUILD_DIR} "$repo_dir/tools/install.sh"; }

# --- The chapters -------------------------------------------------------------------------------------------------------

packages() {
    section "Packages: the dependency script leaves the machine as it found it"
    # The script itself, with the part of its list that brings services along.
    mkdir -p "$scratch/shared/stack"
    cp "$repo_dir/tools/stack/deps.sh" "$scratch/shared/stack/"
    grep -E '^run +(mariadb-server-core|mariadb-client|redis-server|nginx) ' "$repo_dir/tools/stack/packages.txt" >"$scratch/shared/stack/packages.txt"
    must "deps.sh installs" inside bash /shared/stack/deps.sh run
    check "it says what it does to the machine before it does it" grep -q 'policy-rc.d keeps services from starting' "$scratch/said"
    check "no service was started" inside bash -c '! systemctl --quiet is-active nginx && ! systemctl --quiet is-active redis-server'
    check "none was disabled: nginx and redis-server start at the next boot" inside ls /etc/systemd/system/multi-user.target.wants/{nginx,redis-server}.service
    check "nothing of it stays" inside test ! -e /usr/sbin/policy-rc.d
}

make_certificate() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=chat.example.org -addext subjectAltName=DNS:chat.example.org \
        -keyout "$scratch/shared/key.pem" -out "$scratch/shared/ca.pem" 2>/dev/null
    local live=$scratch/root/etc/letsencrypt/live/chat.example.org
    install -D -m 644 "$scratch/shared/ca.pem" "$live/fullchain.pem"
    install -D -m 600 "$scratch/shared/key.pem" "$live/privkey.pem"
}
# As tls.conf.example says.
open_to_the_world() {
    inside bash -e -c '
        cp /etc/nginx/billet/tls.conf.example /etc/nginx/billet-site.conf
        grep -q "include billet-site" /etc/nginx/nginx.conf || sed -i "\$ s/}/    include billet-site*.conf;\n}/" /etc/nginx/nginx.conf
        nginx -t && systemctl reload nginx'
}

by_hand() {
    section "Installed by hand, as systemd/README.md says"
    must "the build is installed" install_build
    must "the commands of 'By hand' run as they stand" as_documented systemd/README.md '## By hand'
    check "they may be repeated" as_documented systemd/README.md '## By hand'
    check "no unit failed" all_well
    make_certificate
    must "the TLS example is taken in" open_to_the_world
    must "https answers in another network namespace" ready
    check "a chat by https and wss" chat meet "$scratch/state"
    check "the configuration is checked as operations.md says" inside bash -e -c "$(sed -n 's/^\$ \(billet-api --config .* --check-config\)$/\1/p' "$repo_dir/docs/operations.md" | head -n 1 | grep .)"
    check "billetctl check finds nothing" inside billetctl --config /etc/billet/operator.toml check
    check "nginx's log of requests is not for everybody" inside bash -c '[ "$(stat -c %a:%U:%G /var/log/nginx/billet.log)" = 640:www-data:adm ]'
    check "each daemon says its version" inside bash -c "journalctl -u 'billet-*' -o cat >/tmp/log; for process in api-1 api-2 wsd-1 wsd-2; do grep -q \"process=\$process event=started .*version=\" /tmp/log || exit 1; done"
    check "no key or password is for anybody but root" inside bash -c '[ -z "$(find /etc/billet/keys -perm /077)" ]'
}

# under_load UNIT… — each is restarted while others chat.
under_load() {
    rm -f "$scratch/stop"
    chat load 3 "$scratch/stop" >"$scratch/load" 2>&1 &
    local load=$! unit
    wait_for 60 grep -q chatting "$scratch/load" || true
    for unit in "$@"; do
        check "restart $unit" inside systemctl restart "$unit"
        sleep 3
    done
    [ -z "${then_do:-}" ] || check "$then_do" "$then_do"
    touch "$scratch/stop"
    check "nothing acknowledged was lost or doubled: $*${then_do:-}" wait "$load"
    tail -n 1 "$scratch/load" | sed 's/^/        /'
    ! grep -q WRONG "$scratch/load" || cat "$scratch/load"
}

restarts() {
    section "Each unit restarted under load"
    under_load billet-api@1 billet-api@2 billet-wsd@1 billet-wsd@2 redis-server nginx mariadb billet-migrate billet-api.socket billet-api-relay.socket billet.target
    check "it is ready" ready
    check "no unit failed" all_well
}

# Each comes back by itself.
kill_each() {
    local unit before
    for unit in billet-api@1 billet-api@2 billet-wsd@1 billet-wsd@2 redis-server mariadb nginx; do
        before=$(process_of "$unit")
        inside systemctl kill --kill-whom=main --signal=KILL "$unit" || return 1
        wait_for 60 another_process "$unit" "$before" || { echo "$unit does not come back" && return 1; }
        sleep 1
    done
}
another_process() {
    local now
    now=$(process_of "$1")
    [ "$now" != 0 ] && [ "$now" != "$2" ] && inside systemctl --quiet is-active "$1"
}
killed() {
    section "Each process killed under load"
    then_do=kill_each under_load
    check "it is ready" ready
    check "no unit failed" all_well
}

# The daily pruning, more processes, SIGHUP, a schema that cannot be brought up yet.
odds_and_ends() {
    section "What else systemd/README.md tells"
    check "the pruning" inside systemctl start billet-prune.service
    check "a third api" inside bash -e -c 'systemctl enable --now billet-api@3; systemctl is-active billet-api@3; systemctl disable --now billet-api@3'
    local before
    before=$(process_of billet-api@1)/$(process_of billet-wsd@1)
    check "reload" inside systemctl reload billet-api@1 billet-wsd@1
    check "… is no restart" ready
    check "… of any process" test "$(process_of billet-api@1)/$(process_of billet-wsd@1)" = "$before"
    inside systemctl stop mariadb
    check "without MariaDB the schema's unit fails" fails inside systemctl restart billet-migrate
    inside systemctl start mariadb
    check "… and comes up by itself when MariaDB is there" wait_for 60 inside systemctl --quiet is-active billet-migrate
    check "it is ready" ready
}

rotate_keys() {
    { operator_shell && commands docs/operations.md '## Keys'; } >"$scratch/shared/keys"
    inside bash -e -o pipefail -x /shared/keys
}
rotated() {
    section "Content keys rotated under load, as operations.md says"
    then_do=rotate_keys under_load
    check "the key of before is gone" inside bash -e -c 'grep -q "^2 current" /etc/billet/keys/content.keys; ! grep -q "^1 " /etc/billet/keys/content.keys'
    check "a message of before is there" chat meet "$scratch/state"
}

# The target's stop is over when the processes are: what comes next may take their database away.
stops() {
    section "Stopping"
    rm -f "$scratch/stop"
    chat load 2 "$scratch/stop" >"$scratch/load" 2>&1 &
    local load=$!
    wait_for 60 grep -q chatting "$scratch/load" || true
    sleep 3
    check "systemctl stop billet.target" inside systemctl stop billet.target
    check "… returns when no process of it is left" inside bash -c '! pgrep -a -x "billet-api|billet-wsd"'
    check "a stopped Billet is 503 for whoever asks" bash -c "[ \"\$(curl -s --cacert $scratch/shared/ca.pem -o /dev/null -w '%{http_code}' https://chat.example.org/readyz)\" = 503 ]"
    check "… and stays stopped" inside bash -c 'sleep 2; ! pgrep -x "billet-api|billet-wsd"'
    check "systemctl start billet.target" inside systemctl start billet.target
    check "it is ready" ready
    touch "$scratch/stop"
    check "nothing acknowledged was lost or doubled" wait "$load"
    tail -n 1 "$scratch/load" | sed 's/^/        /'
}

restored() {
    section "Backup and restore, as operations.md says"
    cp "$scratch/state" "$scratch/state.backup"
    commands docs/operations.md '## Backup and restore' >"$scratch/both"
    # The backup's commands come first; those of the restore begin where something is stopped.
    { operator_shell && sed '/systemctl stop/,$d' "$scratch/both"; } >"$scratch/shared/backup"
    {
        operator_shell
        sed -n '/systemctl stop/,$p' "$scratch/both" | sed -E 's#/var/backups/billet/billet-[0-9TZ-]+\.sql\.gz#$(ls /var/backups/billet/*.sql.gz)#'
    } >"$scratch/shared/restore"
    must "the backup" inside bash -e -o pipefail -x /shared/backup
    check "a chat after it" chat meet "$scratch/state"
    must "the restore" inside bash -e -o pipefail -x /shared/restore
    check "it is ready" ready
    check "what the backup had is there, and nothing else" chat recall "$scratch/state.backup"
    cp "$scratch/state.backup" "$scratch/state"
    check "a chat goes on from there" chat meet "$scratch/state"
}

reboots() {
    section "Reboot"
    must "the machine reboots" reboot_machine
    check "everything comes back by itself" ready
    check "no unit failed" all_well
    check "no message is missing, and the chat goes on" chat meet "$scratch/state"
}

# The version that each process said at its last start.
versions() { inside bash -c 'for unit in billet-api@1 billet-api@2 billet-wsd@1 billet-wsd@2; do journalctl -u $unit -o cat | sed -n "s/.*event=started.* version=\"\?\([0-9.]*\).*/\1/p" | tail -n 1; done | sort -u'; }
is_version() { [ "$(versions | tee /dev/stderr)" = "$1" ]; }
set_up() { inside billet-setup; }
upgrade_to() { install_build "$1" && set_up; }

# serves_pages — asks for the page and one of its files as fast as it goes, and notes what is not served.
serves_pages() {
    while [ ! -e "$scratch/stop" ]; do
        from_outside https://chat.example.org/ https://chat.example.org/embed.js "https://chat.example.org/assets/$asset" || echo "$SECONDS" >>"$scratch/not-served"
    done
}
upgrades() {
    section "Upgrade under load, and back"
    # Another version: the same programs with other letters in them.
    local version other=9.9.9 program
    version=$(<"$repo_dir/VERSION")
    mkdir -p "$scratch/other"
    for program in billet-api billet-wsd billetctl; do sed "s/\\b${version//./\\.}\\b/$other/g" "$BUILD_DIR/$program" >"$scratch/other/$program" && chmod 755 "$scratch/other/$program"; done
    local asset
    asset=$(cd "$scratch/root/usr/local/share/billet/www/assets" && find . -name '*.js' -printf '%P\n' | head -n 1)
    # Served pages of the version before ask for files that the new one does not have.
    echo '// of the version before' >"$scratch/root/usr/local/share/billet/www/assets/before-0.js"
    echo /usr/local/share/billet/www/assets/before-0.js >>"$scratch/root/usr/local/share/billet/manifest"
    then_do=upgrade_and_back under_load
    check "its page was served all the while" test ! -e "$scratch/not-served"
    check "its web client is served" from_outside "https://chat.example.org/assets/$asset"
    check "… and that of pages that are still open" from_outside https://chat.example.org/assets/before-0.js
    check "a message of before is there" chat meet "$scratch/state"
}
upgrade_and_back() {
    local nginx reloaded
    nginx=$(process_of nginx) reloaded=$(changed_at nginx)
    serves_pages &
    # Forth by hand, back by the one command.
    install_build "$scratch/other" && as_documented docs/operations.md '## Upgrades' && is_version "$other" && [ "$(changed_at nginx)" != "$reloaded" ] &&
        upgrade_to "$BUILD_DIR" && is_version "$version" && ready && [ "$(process_of nginx)" = "$nginx" ]
}

# What is set up already stays: no restart, no file touched.
set_up_again() {
    section "billet-setup on a machine that is right already"
    local before
    before=$(for unit in mariadb redis-server nginx billet-{api,wsd}@{1,2}; do process_of "$unit"; done)
    must "it runs" set_up
    cp "$scratch/said" "$scratch/setup"
    check "no process was restarted" bash -c "[ '$(for unit in mariadb redis-server nginx billet-{api,wsd}@{1,2}; do process_of "$unit"; done)' = '$before' ]"
    check "it had nothing to change" bash -c "! grep -E '^  [$] .*(cp |restart [^b]|restart billet-[aw]|reload|enable|>>|usermod)' '$scratch/setup'"
}

# nginx tells nobody that it refused a reload.
reload_refused() {
    local before
    before=$(process_of nginx)
    # A zone that counts by another key: to be had by a restart only.
    inside bash -c 'sed -i "s/^limit_req_zone [^ ]* zone=/limit_req_zone \$binary_remote_addr zone=/" /etc/nginx/billet/billet-http.conf'
    check "what nginx refuses to reload is taken in by a restart" set_up
    check "… and only then" test "$(process_of nginx)" != "$before"
    install_build >/dev/null
    check "… and back" set_up
}

uninstalled() {
    section "Uninstalled, and set up by the one command"
    must "billet-uninstall" inside billet-uninstall
    check "it says what stays" grep -q 'stays: the database' "$scratch/said"
    check "no process, unit, program or account is left" inside bash -c '! pgrep -x "billet-(api|wsd)" && [ -z "$(systemctl list-unit-files --no-legend "billet*")" ] &&
        [ -z "$(find / -xdev \( -path /proc -o -path /sys -o -path /src -o -path /shared -o -path /var/lib/mysql -o -path /var/backups -o -path /var/log -o -path /etc/billet -o -path /root -o -path /tmp \) -prune -o \( -iname "*billet*" -print \) | grep -vE "^/etc/nginx/(nginx.conf.billet|billet(-site.conf|/(trusted-addresses|limits).conf)?)$" | tee /dev/stderr)" ] &&
        ! getent passwd billet_api billet_wsd billet_migrate billet_admin && ! getent group billet'
    check "MariaDB, Redis and nginx run with what they had before" inside bash -c 'systemctl is-active mariadb redis-server nginx && ! grep -rq billet /etc/redis /etc/mysql /etc/nginx/nginx.conf'
    check "the data is there" inside mariadb -e 'SELECT COUNT(*) FROM billet.chat_messages' -N
    must "the build is installed again" install_build
    local before
    before=$(inside bash -c 'find /etc /usr/local /run/billet /home -xdev -printf "%p %T@\n" 2>/dev/null | sort | md5sum; systemctl list-units --no-legend | md5sum')
    must "billet-setup --dry-run" inside billet-setup --dry-run
    check "… says what it would do" grep -q 'systemctl enable --now billet.target' "$scratch/said"
    check "… and does nothing" bash -c "[ '$before' = '$(inside bash -c 'find /etc /usr/local /run/billet /home -xdev -printf "%p %T@\n" 2>/dev/null | sort | md5sum; systemctl list-units --no-legend | md5sum')' ]"
    must "billet-setup" set_up
    must "the TLS example is taken in" open_to_the_world
    check "it is ready" ready
    check "the messages are those of before" chat meet "$scratch/state"
    set_up_again
    reload_refused
    must "the machine reboots" reboot_machine
    check "everything comes back by itself" ready
    check "no unit failed" all_well
    must "billet-uninstall --purge" inside billet-uninstall --purge
    check "no key and no data is left" inside bash -c '[ ! -e /etc/billet ] && [ -z "$(mariadb -N -e "SHOW DATABASES LIKE \"billet\"; SELECT User FROM mysql.user WHERE User LIKE \"billet%\"")" ]'
}

# Memory is enough for all of it, if there is some: nothing then waits for a disk.
if [ "$(awk '$1 == "MemAvailable:" { print $2 }' /proc/meminfo)" -gt 6000000 ]; then mount -t tmpfs -o size=4g tmpfs "$scratch"; fi
mkdir -p "$scratch/shared"
section "A machine"
must "a root and a network for it" make_machine
must "systemd boots" power_on
packages
by_hand
for chapter in ${BOOT_CHAPTERS:-restarts killed stops odds_and_ends rotated restored reboots upgrades uninstalled}; do $chapter; done
inside systemctl poweroff || true
finish
