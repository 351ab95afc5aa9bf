#!/bin/bash
# tools/setup.sh — Installed as billet-setup: makes a Debian machine serve the Billet that `make install` put there. As root.
#
#   billet-setup [--dry-run]
#
# Does what systemd/README.md tells by hand, and prints each command before it runs. What is right already stays as it is, so it may be run again at any
# time: after an upgrade, after an interruption, to see whether something was changed. It never touches keys, passwords or data that exist, nor an
# nginx.conf of your own. --dry-run changes nothing and prints the same commands. `billet-uninstall` undoes it.
set -euo pipefail
share=/usr/local/share/billet
programs=/usr/local/bin
keys=/etc/billet/keys
nginx_example=/etc/nginx/billet/nginx.conf.example
nginx_copied=/etc/nginx/billet/nginx.conf.copied # the example as it was when it became nginx.conf
packages=(mariadb-server redis-server nginx sqitch libdbd-mysql-perl libdbd-mariadb-perl openssl curl logrotate)
instances=(billet-api@1 billet-api@2 billet-wsd@1 billet-wsd@2)
dry_run=
nginx_lacks_billet=

die() {
    printf 'billet-setup: %s\n' "$*" >&2
    exit 1
}
case ${1:-} in
    '') ;;
    --dry-run) dry_run=yes ;;
    -h | --help) sed -n '2,8s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" && exit 0 ;;
    *) die "unknown option $1 (try --help)" ;;
esac
[ "$(id -u)" -eq 0 ] || die "must run as root"
[ -d /run/systemd/system ] || die "this machine does not run systemd; see README.md for a stack without it"
{ [ -x "$programs/billet-api" ] && [ -f "$share/grants.sql" ]; } || die "Billet is not installed below ${programs%/bin}: run make install first"

step() { printf '\n%s\n' "$*"; }
right() { printf '  ok: %s\n' "$*"; }
# run COMMAND — a line of shell, printed, then run.
run() {
    printf '  $ %s\n' "$1"
    [ -z "$dry_run" ] || return 0
    bash -euo pipefail -c "$1" || die "that failed (status $?); when it is mended, run billet-setup again"
}

# --- What is right already ----------------------------------------------------------------------------------------------

installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }
# up UNIT… — each runs, and will at the next boot: is-enabled is content with an alias (redis.service) that nothing starts.
up() {
    local unit
    for unit in "$@"; do
        { systemctl --quiet is-active "$unit" && systemctl --quiet is-enabled "$unit"; } 2>/dev/null || return 1
        [ -n "$(systemctl show -P WantedBy "$unit")" ] || return 1
    done
}
in_group() { id -nG "$1" | grep -qwF "$2"; } 2>/dev/null
# behind UNIT FILE… — a file is newer than the unit's last start or reload.
behind() {
    local state file
    state=$(date -d "$(systemctl show --timestamp=us -P StateChangeTimestamp "$1")" +%s%6N)
    shift
    for file in "$@"; do
        [ ! -e "$file" ] || [ "$(stat -c %.6Y "$file" | tr -d .)" -le "$state" ] || return 0
    done
    return 1
}
newest_below() { find "$@" -type f -printf '%T@ %p\n' 2>/dev/null | sort -n | tail -n 1 | cut -d' ' -f2-; }

# --- The steps ----------------------------------------------------------------------------------------------------------

install_packages() {
    step "Packages"
    local package missing=()
    for package in "${packages[@]}"; do installed "$package" || missing+=("$package"); done
    if [ ${#missing[@]} -eq 0 ]; then
        right "${packages[*]}"
        return
    fi
    run "apt-get update"
    run "DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ${missing[*]}"
}

make_accounts() {
    step "Accounts and folders"
    run systemd-sysusers
    run "systemd-tmpfiles --create billet.conf"
    if systemctl cat billet.target >/dev/null 2>&1 && ! systemctl show -P NeedDaemonReload 'billet*' nginx.service | grep -qx yes; then
        right "systemd knows the units"
    else
        run "systemctl daemon-reload"
    fi
}

# make_secret FILE COMMAND — readable by root alone; complete or not at all.
make_secret() {
    if [ -s "$keys/$1" ]; then
        right "$keys/$1"
    else
        run "umask 077 && { $2; } >$keys/$1.part && mv -n $keys/$1.part $keys/$1"
    fi
}
make_keys() {
    step "Keys and passwords (back up content.keys apart from the database: without it no message can be read)"
    local name
    for name in content token; do make_secret $name.keys "echo \"1 current \$(openssl rand -hex 32)\""; done
    make_secret bus.keys "echo \"1 current \$(openssl rand -hex 32)\"; echo \"0 channel \$(openssl rand -hex 32)\""
    for name in api wsd; do make_secret redis_$name.password "openssl rand -hex 24"; done
}

set_up_mariadb() {
    step "MariaDB"
    local config=/etc/mysql/mariadb.conf.d/70-billet.cnf
    if cmp -s "$share/mariadb.cnf" "$config"; then right "$config"; else run "cp $share/mariadb.cnf $config"; fi
    if up mariadb && ! behind mariadb "$config"; then right "mariadb runs, with it"; else run "systemctl enable mariadb && systemctl restart mariadb"; fi
    run "mariadb <$share/database.sql"
    run "systemctl restart billet-migrate || { journalctl -u billet-migrate -n 20 --no-pager -o cat; exit 1; }"
    run "mariadb billet <$share/grants.sql"
}

hash_of() { [ ! -e "$keys/redis_$1.password" ] || tr -d '\n' <"$keys/redis_$1.password" | sha256sum | cut -d' ' -f1; }
redis_users() {
    sed "s/@API_SHA256@/$(hash_of api)/; s/@WSD_SHA256@/$(hash_of wsd)/; /@OPERATOR/d" "$share/redis.acl"
}
set_up_redis() {
    step "Redis"
    local user
    if [ "$(redis_users)" = "$(cat /etc/redis/billet.acl 2>/dev/null)" ]; then
        right /etc/redis/billet.acl
    else
        run "hash() { tr -d '\\n' <$keys/redis_\$1.password | sha256sum | cut -d' ' -f1; }
    sed \"s/@API_SHA256@/\$(hash api)/; s/@WSD_SHA256@/\$(hash wsd)/; /@OPERATOR/d\" $share/redis.acl >/etc/redis/billet.acl
    chown redis: /etc/redis/billet.acl && chmod 600 /etc/redis/billet.acl"
    fi
    if cmp -s "$share/redis.conf" /etc/redis/billet.conf; then right /etc/redis/billet.conf; else run "cp $share/redis.conf /etc/redis/billet.conf"; fi
    if grep -qsx 'include /etc/redis/billet.conf' /etc/redis/redis.conf; then
        right "redis.conf includes it"
    else
        run "echo 'include /etc/redis/billet.conf' >>/etc/redis/redis.conf"
    fi
    for user in billet_api billet_wsd; do
        if in_group $user redis; then right "$user is in the group redis"; else run "usermod -aG redis $user"; fi
    done
    if up redis-server && ! behind redis-server /etc/redis/billet.acl /etc/redis/billet.conf /etc/redis/redis.conf; then
        right "redis-server runs, with them"
    else
        run "systemctl enable redis-server && systemctl restart redis-server"
    fi
}

# Nobody's own: an older example that nobody has edited, or the package's, by the checksum that dpkg keeps.
replaceable_nginx_conf() {
    [ -e /etc/nginx/nginx.conf ] || return 0
    ! cmp -s /etc/nginx/nginx.conf $nginx_copied || return 0
    ! grep -qs 'billet-server\.conf' /etc/nginx/nginx.conf || return 1
    dpkg-query -W -f '${Conffiles}\n' nginx nginx-common 2>/dev/null | grep -qF "/etc/nginx/nginx.conf $(md5sum </etc/nginx/nginx.conf | cut -d' ' -f1)"
}
# A reload that nginx refuses (a limit's zone that counts by another key, for one) changes nothing and ends with 0: then the workers are those of before.
nginx_workers() { cat "/proc/$(systemctl show -P MainPID nginx)"/task/*/children; }
reload_nginx() {
    local before
    before=$(nginx_workers)
    run "systemctl reload nginx"
    [ -z "$dry_run" ] || return 0
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        [ "$(nginx_workers)" = "$before" ] || return 0
        sleep 0.5
    done
    printf '  nginx refused that; the end of /var/log/nginx/error.log says why. A restart takes the files in:\n'
    run "systemctl restart nginx"
}
set_up_nginx() {
    step "nginx"
    if cmp -s "$nginx_example" /etc/nginx/nginx.conf; then
        right "/etc/nginx/nginx.conf is the example"
    elif replaceable_nginx_conf; then
        run "[ -e /etc/nginx/nginx.conf.before-billet ] || cp /etc/nginx/nginx.conf /etc/nginx/nginx.conf.before-billet
    cp $nginx_example $nginx_copied; cp $nginx_example /etc/nginx/nginx.conf"
    elif grep -qs 'billet-server\.conf' /etc/nginx/nginx.conf; then
        right "/etc/nginx/nginx.conf is your own and includes Billet (compare $nginx_example)"
    else
        printf '  /etc/nginx/nginx.conf is your own and stays: /etc/nginx/billet/README.md tells what to put into it. Then run billet-setup again.\n'
        nginx_lacks_billet=yes
    fi
    [ -n "$dry_run" ] || nginx -t -q || die "nginx does not accept its configuration; nothing was restarted"
    if ! up nginx; then
        run "systemctl enable --now nginx"
    # /etc/group: new workers belong to the groups that www-data has by then.
    elif behind nginx /etc/group "$(newest_below /etc/nginx)"; then
        reload_nginx
    else
        right "nginx runs, with the files that are there"
    fi
}

ready() { curl -sf -m 5 -o /dev/null http://127.0.0.1:8080/readyz; }
await_ready() {
    [ -z "$nginx_lacks_billet" ] || return 0
    local tries=0
    until ready; do
        tries=$((tries + 1))
        if [ $tries -ge 60 ]; then
            printf '  http://127.0.0.1:8080/readyz does not answer with 200; what the daemons say:\n'
            journalctl -u 'billet-*' -n 20 --no-pager -o cat
            die "it is not ready after 30 s"
        fi
        sleep 0.5
    done
}
start_billet() {
    step "Billet"
    local unit program enabled
    # Of another time: as many as you have enabled.
    if systemctl --quiet is-enabled billet.target 2>/dev/null; then
        mapfile -t instances < <(find /etc/systemd/system/billet.target.wants -name 'billet-*@?*.service' -printf '%f\n' | sort)
    fi
    mapfile -t enabled < <(systemctl list-unit-files --no-legend 'billet*.socket' | cut -d' ' -f1)
    enabled=(billet.target "${enabled[@]}" billet-prune.timer "${instances[@]}")
    if up "${enabled[@]}"; then right "${enabled[*]}"; else run "systemctl enable --now ${enabled[*]}"; fi
    # One after the other: requests wait in the socket, clients of a wsd resume at the other one.
    mapfile -t instances < <(systemctl list-units --plain --no-legend --state=active 'billet-api@*' 'billet-wsd@*' | cut -d' ' -f1)
    for unit in "${instances[@]}"; do
        program=$programs/${unit%@*}
        if behind "$unit" "$program" "$(systemctl show -P FragmentPath "$unit")" /etc/billet/billet.toml $keys/*; then
            run "systemctl restart $unit"
            [ -n "$dry_run" ] || await_ready
        else
            right "$unit runs, with the files that are there"
        fi
    done
}

install_packages
make_accounts
make_keys
set_up_mariadb
set_up_redis
set_up_nginx
start_billet
if [ -n "$dry_run" ]; then
    printf '\nNothing was done: these are the commands.\n'
    exit 0
fi
if [ -n "$nginx_lacks_billet" ]; then
    printf '\nThe daemons run; nginx does not lead to them yet: see above.\n'
    exit 1
fi
step "Asking http://127.0.0.1:8080/readyz"
await_ready
cat <<END
  $(curl -s -m 5 http://127.0.0.1:8080/readyz)

Billet serves http://127.0.0.1:8080 and comes back by itself after a reboot. Next:
  an account       billetctl --config /etc/billet/operator.toml user add carla --password-stdin
  the Internet     /etc/nginx/billet/tls.conf.example
  a copy of        $keys/content.keys, apart from the database's backups
END
