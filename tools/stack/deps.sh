#!/bin/bash
# tools/stack/deps.sh GROUP… — Installs those Debian packages of packages.txt that are missing, and nothing else.
# Works as root and as a user with sudo. System services that packages bring along are neither started nor left enabled.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
list=$here/packages.txt

packages_of() { # prints PACKAGE COMMAND of a group
    awk -v group="$1" '{ sub(/#.*/, "") } $1 == group { print $2, ($3 == "unless" ? $4 : "") }' "$list"
}

installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

missing=()
for group in "$@"; do
    found=
    while read -r package command; do
        found=yes
        if [ -n "$command" ] && command -v "$command" >/dev/null; then continue; fi
        command -v dpkg-query >/dev/null && installed "$package" || missing+=("$package")
    done < <(packages_of "$group")
    [ -n "$found" ] || { echo "deps.sh: no group '$group' in $list" >&2; exit 2; }
done
[ ${#missing[@]} -gt 0 ] || exit 0

install="apt-get install -y --no-install-recommends ${missing[*]}"
if ! command -v apt-get >/dev/null; then
    echo "error: this is no Debian: install the equivalents of these packages yourself: ${missing[*]}" >&2
    exit 1
fi
as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        printf 'error: packages are missing and there is no sudo; as root run:\n  apt-get update && %s\n' "$install" >&2
        exit 1
    fi
    as_root=(sudo)
fi
echo "installing ${#missing[@]} missing Debian packages with ${as_root[*]:+sudo }apt-get (told in tools/stack/packages.txt): ${missing[*]}"
if [ ${#as_root[@]} -gt 0 ] && ! sudo -v; then
    printf 'error: sudo refused; as root run:\n  apt-get update && %s\n' "$install" >&2
    exit 1
fi

# While packages are set up, no service may start: ours run privately under RUN_DIR.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    trap '"${as_root[@]}" rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
    "${as_root[@]}" chmod 755 "$policy"
fi
apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0)
"${apt[@]}" update -q || echo "apt-get update failed; trying with the package lists that are there" >&2
"${apt[@]}" install -y -q --no-install-recommends "${missing[@]}" || {
    printf 'error: apt-get could not install everything (its words are above); to try by hand:\n  %s%s\n' "${as_root[*]:+sudo }" "$install" >&2
    exit 1
}
# Nor may one start at the next boot. Only what was installed just now is touched.
for package in "${missing[@]}"; do
    case $package in
        nginx | redis-server | prometheus) "${as_root[@]}" rm -f "/etc/systemd/system/multi-user.target.wants/$package.service" ;;
    esac
done
for package in "${missing[@]}"; do
    installed "$package" || { echo "error: $package is still not installed" >&2; exit 1; }
done
