#!/bin/bash
# tools/uninstall.sh — Installed as billet-uninstall: undoes what `make install` and `billet-setup` (or systemd/README.md by hand) did. As root.
#
#   billet-uninstall [--purge]
#
# Stays unless --purge is given: the database `billet` with its users, and /etc/billet with the keys that open it. Stays in any case: Debian's packages, an
# nginx.conf of your own and what it includes, nginx's logs, backups. Each command is printed before it runs; it may be run again.
set -euo pipefail
dest=${DESTDIR:-/.}
share=/usr/local/share/billet
lib=/usr/local/lib
manifest=$dest$share/manifest
purge=

case ${1:-} in
    '') ;;
    --purge) purge=yes ;;
    -h | --help) sed -n '2,7s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" && exit 0 ;;
    *) echo "billet-uninstall: unknown option $1 (try --help)" >&2 && exit 2 ;;
esac
[ "$(id -u)" -eq 0 ] || [ "$dest" != /. ] || { echo "billet-uninstall: must run as root" >&2 && exit 1; }
[ -f "$manifest" ] || { echo "billet-uninstall: $manifest is missing: nothing is installed here" >&2 && exit 1; }

# An empty DESTDIR is the machine itself.
whole_machine=false
if [ "$dest" = /. ] && [ -d /run/systemd/system ]; then whole_machine=true; fi
nginx_includes=
stays=()
# run COMMAND — what fails is told and does not keep the rest.
run() {
    printf '  $ %s\n' "$1"
    bash -c "$1" || printf '  (that failed, status %d)\n' $?
}
exists() { [ -e "$1" ] || [ -L "$1" ]; }

# --- The machine: not for a DESTDIR -------------------------------------------------------------------------------------

stop_units() {
    local enabled
    mapfile -t enabled < <(
        systemctl list-unit-files --no-legend --state=enabled 'billet*' | cut -d' ' -f1 | grep -v '@\.'
        systemctl list-units --all --plain --no-legend 'billet*' | cut -d' ' -f1
        find /etc/systemd/system -type l -name 'billet*@*.service' -printf '%f\n'
    )
    mapfile -t enabled < <(printf '%s\n' "${enabled[@]}" | grep . | sort -u)
    [ ${#enabled[@]} -gt 0 ] || return 0
    # All of them by name: the command ends when each has ended.
    run "systemctl stop ${enabled[*]}"
    run "systemctl disable --quiet ${enabled[*]}"
    run "systemctl reset-failed 'billet*' 2>/dev/null || true"
    run "rm -f /var/lib/systemd/timers/stamp-billet-prune.timer"
}

undo_nginx() {
    if grep -qs 'billet-server\.conf' /etc/nginx/nginx.conf && exists /etc/nginx/nginx.conf.before-billet; then
        if cmp -s /etc/nginx/nginx.conf /etc/nginx/billet/nginx.conf.example || cmp -s /etc/nginx/nginx.conf /etc/nginx/billet/nginx.conf.copied; then
            run "mv /etc/nginx/nginx.conf.before-billet /etc/nginx/nginx.conf"
        else
            run "mv /etc/nginx/nginx.conf /etc/nginx/nginx.conf.billet && mv /etc/nginx/nginx.conf.before-billet /etc/nginx/nginx.conf"
            stays+=("/etc/nginx/nginx.conf.billet, which you have edited")
        fi
    fi
    if nginx -T 2>/dev/null | grep -qE '^[^#]*include billet/'; then
        stays+=("/etc/nginx/billet: your nginx configuration includes it")
        nginx_includes=yes
    fi
}

undo_redis() {
    exists /etc/redis/billet.conf || return 0
    run "sed -i '\\#^include /etc/redis/billet.conf\$#d' /etc/redis/redis.conf && rm -f /etc/redis/billet.conf /etc/redis/billet.acl"
    run "systemctl try-restart redis-server"
}

undo_mariadb() {
    if [ -n "$purge" ]; then
        run "mariadb -e 'DROP DATABASE IF EXISTS billet; DROP USER IF EXISTS billet_migrate@localhost, billet_api@localhost, billet_admin@localhost'"
    else
        stays+=("the database billet and its users")
    fi
    exists /etc/mysql/mariadb.conf.d/70-billet.cnf || return 0
    run "rm -f /etc/mysql/mariadb.conf.d/70-billet.cnf && systemctl try-restart mariadb"
}

# accounts LETTER — the names of users (u) or groups (g) that were made for it.
accounts() { awk -v letter="$1" '$1 == letter { print $2 }' "$(grep '/sysusers\.d/billet\.conf$' "$manifest")"; }
remove_accounts() {
    local name
    for name in "${users[@]}"; do
        ! id "$name" >/dev/null 2>&1 || run "userdel $name"
    done
    for name in "${groups[@]}" "${users[@]}"; do
        ! getent group "$name" >/dev/null || run "groupdel $name"
    done
}

# --- The files ----------------------------------------------------------------------------------------------------------

remove_files() {
    printf '  removing %d files that %s lists\n' "$(wc -l <"$manifest")" "$manifest"
    local file list
    list=$(<"$manifest")
    while IFS= read -r file; do
        case $file in
            /etc/billet/*.new) rm -f "$dest$file" ;;
            /etc/billet/*) ;;
            # These are the operator's.
            */trusted-addresses.conf | */limits.conf) ;;
            /etc/nginx/billet/*) [ -n "$nginx_includes" ] || rm -f "$dest$file" ;;
            *) rm -f "$dest$file" ;;
        esac
    done <<<"$list"
    rm -rf "${dest:?}$share" "${dest:?}/usr/local/share/doc/billet"
    if [ -z "$nginx_includes" ]; then
        rm -f "$dest/etc/nginx/billet/nginx.conf.copied"
        # What is left there is the operator's.
        [ -z "$purge" ] || rm -rf "${dest:?}/etc/nginx/billet"
        rmdir "$dest/etc/nginx/billet" 2>/dev/null || ! exists "$dest/etc/nginx/billet" || stays+=("what is yours in /etc/nginx/billet")
    fi
    if [ -n "$purge" ]; then
        rm -rf "${dest:?}/etc/billet"
    elif exists "$dest/etc/billet"; then
        stays+=("/etc/billet with configuration, keys and passwords")
    fi
    rmdir --ignore-fail-on-non-empty "$dest$lib"/{systemd/system/nginx.service.d,systemd/system,systemd,sysusers.d,tmpfiles.d} 2>/dev/null || true
}

if $whole_machine; then
    mapfile -t users < <(accounts u)
    mapfile -t groups < <(accounts g)
    stop_units
    undo_nginx
    undo_redis
    undo_mariadb
fi
remove_files
if $whole_machine; then
    run "systemctl daemon-reload"
    [ -n "$nginx_includes" ] || run "nginx -t -q && systemctl try-restart nginx"
    remove_accounts
    run "rm -rf /run/billet"
fi
echo "Billet is uninstalled${DESTDIR:+ below $DESTDIR}. Debian's packages and nginx's logs stay."
for what in "${stays[@]}"; do echo "  stays: $what"; done
! $whole_machine || ! exists /var/backups/billet || echo "  stays: /var/backups/billet"
[ -n "$purge" ] || echo "  (--purge would have removed the database and /etc/billet, too)"
