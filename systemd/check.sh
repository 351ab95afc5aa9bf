#!/bin/bash
# systemd/check.sh — The units are without fault and hardened: systemd-analyze verify finds nothing, and systemd-analyze security gives wsd at most 1.0
# and every other service at most 1.5. Needs systemd's tools but no running systemd. The last line is "N passed, N failed".
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
export LC_ALL=C.UTF-8 SYSTEMD_PAGER='' SYSTEMD_COLORS=0
passed=0 failed=0
pass() { passed=$((passed + 1)); }
fail() {
    failed=$((failed + 1))
    printf 'FAILED %s\n' "$*"
}
if ! command -v systemd-analyze >/dev/null; then
    echo "systemd-analyze is missing; install it with: apt-get install systemd"
    echo "0 passed, 1 failed"
    exit 1
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$scratch/units" "$scratch/bin" "$scratch/root/usr/lib/sysusers.d" "$scratch/root/usr/lib/tmpfiles.d" "$scratch/root/etc"

# verify wants every program to exist: the units are given programs that do, and are otherwise what is installed.
units=("$here"/*.service "$here"/*.socket "$here"/*.timer "$here"/*.target)
for unit in "${units[@]}"; do
    sed "s#/usr/local/bin/#$scratch/bin/#g" "$unit" >"$scratch/units/${unit##*/}"
done
for program in billet-api billet-wsd billetctl billet-migrate; do
    printf '#!/bin/sh\n' >"$scratch/bin/$program"
    chmod 755 "$scratch/bin/$program"
done

# verify FILE… — of an instance, since a template by itself is not loaded.
verify() {
    SYSTEMD_UNIT_PATH="$scratch/units:/usr/local/lib/systemd/system:/usr/lib/systemd/system:/lib/systemd/system" \
        systemd-analyze verify --man=no --recursive-errors=no "$@" >"$scratch/verify" 2>&1
    local status=$?
    # Said of the machine, not of the units: no such file below /proc or /sys in a container.
    grep -vE '^Failed to (open|find|initialize).*(/proc|/sys|cgroup|bus)|host and default socket' "$scratch/verify" >"$scratch/verdict"
    [ "$status" -eq 0 ] && [ ! -s "$scratch/verdict" ]
}
for unit in "${units[@]}"; do
    name=${unit##*/}
    if verify "$scratch/units/${name/@./@1.}"; then pass; else fail "verify $name: $(cat "$scratch/verify")"; fi
done

# The check itself must be able to fail.
sed 's/^Restart=always/Restart=sometimes/' "$scratch/units/billet-api@.service" >"$scratch/units/broken@.service"
if verify "$scratch/units/broken@1.service"; then fail "verify does not notice a wrong value"; else pass; fi
rm -f "$scratch/units/broken@.service"

# exposure FILE LIMIT-IN-TENTHS
exposure() {
    local text level
    text=$(systemd-analyze security --offline=yes --no-pager "$1" 2>/dev/null)
    level=$(sed -nE 's/^.*Overall exposure level for .*: ([0-9]+)\.([0-9]).*$/\1\2/p' <<<"$text")
    printf '%s: exposure %s\n' "${1##*/}" "$(sed -nE 's/^.*Overall exposure level for .*: ([0-9.]+).*$/\1/p' <<<"$text")"
    [ -n "$level" ] && [ "$((10#$level))" -le "$2" ]
}
for unit in "$here"/*.service; do
    limit=15
    [[ ${unit##*/} != billet-wsd@* ]] || limit=10
    if exposure "$unit" "$limit"; then pass; else fail "${unit##*/} is exposed more than $limit tenths"; fi
done
printf '[Service]\nExecStart=/bin/true\n' >"$scratch/open.service"
if exposure "$scratch/open.service" 15 >/dev/null; then fail "security does not notice an open service"; else pass; fi

# What the daemons rely on.
has_line() { if grep -qxF -- "$2" "$here/$1"; then pass; else fail "$1 lacks the line '$2'"; fi; }
has_line billet-api@.service 'StandardInput=null'
has_line billet-api.socket 'FileDescriptorName=api'
has_line billet-api-relay.socket 'FileDescriptorName=relay'
has_line billet-api-relay.socket 'SocketGroup=billet_wsd'
has_line billet-api-relay.socket 'SocketMode=0660'
has_line billet-api@.service 'Environment=BILLET_REDIS__USER=api'
has_line billet-wsd@.service 'Environment=BILLET_REDIS_WSD__USER=wsd'
has_line billet-api@.service 'Sockets=billet-api.socket billet-api-relay.socket'
has_line billet-api@.service 'StartLimitIntervalSec=0'
has_line billet-wsd@.service 'Type=notify'
# Stopping the target waits for what is ordered after it.
for service in billet-api@ billet-wsd@ billet-prune; do
    if grep -qE '^After=billet\.target( |$)' "$here/$service.service" && grep -qx 'PartOf=billet.target' "$here/$service.service"; then
        pass
    else
        fail "$service.service is not ended with billet.target"
    fi
done
if grep -qE '^(LoadCredential|Environment)=.*(content|token)' "$here/billet-wsd@.service"; then fail "wsd is given keys that it must not see"; else pass; fi

# Accounts and folders: made in an empty root, as the files say.
cp "$here/billet.sysusers" "$scratch/root/usr/lib/sysusers.d/billet.conf"
if systemd-sysusers --root="$scratch/root" >"$scratch/verify" 2>&1 && [ "$(grep -cE '^billet_(api|wsd|migrate|admin):' "$scratch/root/etc/passwd")" -eq 4 ] &&
    grep -qE '^billet:.*www-data' "$scratch/root/etc/group" && grep -qE '^billet_wsd:[^:]*:[0-9]*:billet_wsd$' "$scratch/root/etc/group"; then
    pass
else
    fail "billet.sysusers: $(cat "$scratch/verify")"
fi
# Of Debian's base-passwd, as www-data is.
echo 'adm:x:4:' >>"$scratch/root/etc/group"
cp "$here/billet.tmpfiles" "$scratch/root/usr/lib/tmpfiles.d/billet.conf"
# Without root the owner cannot be set; the lines are then only read.
tmpfiles=(systemd-tmpfiles --root="$scratch/root" --create billet.conf)
[ "$(id -u)" -eq 0 ] || tmpfiles=(systemd-tmpfiles --root="$scratch/root" --clean billet.conf)
if "${tmpfiles[@]}" >"$scratch/verify" 2>&1 && { [ "$(id -u)" -ne 0 ] || [ "$(stat -c %a "$scratch/root/run/billet")" = 3770 ]; }; then
    pass
else
    fail "billet.tmpfiles: $(cat "$scratch/verify")"
fi

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
