#!/bin/bash
# tests/systemd/base.sh — Prints the folder of a bare Debian that a container can boot; makes it first if there is none of this week.
#
# In it are systemd, what the built programs are linked to, and, fetched but not installed, the packages that the documents install: the container
# has no way to the network. It is kept in ${TMPDIR:-/tmp}/billet-systemd-cache, as fetching takes minutes.
set -euo pipefail
repo_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
build=${BUILD_DIR:-$repo_dir/build/release}
cache=${BILLET_SYSTEMD_CACHE:-${TMPDIR:-/tmp}/billet-systemd-cache}

suite=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
booted=(systemd systemd-sysv dbus iproute2 procps ca-certificates curl openssl logrotate libwebsockets-evlib-ev)
# What systemd/README.md and tools/stack/packages.txt name, and what the documents' reader has: make and git are only needed for building.
fetched=(mariadb-server mariadb-server-core mariadb-client redis-server nginx sqitch libdbd-mysql-perl libdbd-mariadb-perl)

# The Debian packages of the libraries that the programs load.
libraries() {
    ldd "$build"/billet-{api,wsd} "$build/billetctl" | awk '/=> \// { print $3 }' | sort -u |
        while read -r file; do dpkg-query -S "$file" 2>/dev/null || dpkg-query -S "$(readlink -f "$file")" 2>/dev/null || true; done |
        sed 's/:.*//' | sort -u
}

mapfile -t linked < <(libraries)
[ ${#linked[@]} -gt 0 ] || { echo "base.sh: found no library of $build/billet-api" >&2; exit 1; }
names="$(date +%G-%V) $suite ${booted[*]} ${linked[*]} / ${fetched[*]}"
folder=$cache/$(printf '%s' "$names" | sha256sum | cut -c1-16)

mkdir -p "$cache"
exec 9>"$cache/lock"
flock 9
find "$cache" -maxdepth 1 -name '*.part.*' -exec rm -rf {} +
if [ -e "$folder/ready" ]; then
    echo "$folder/root"
    exit 0
fi
# A root of last week may still be in use by a running suite.
find "$cache" -maxdepth 1 -name '????????????????' -mtime +14 -exec rm -rf {} +
part=$folder.part.$$
trap 'rm -rf "$part"' EXIT
rm -rf "$folder"
mkdir -p "$part"
printf 'fetching a Debian %s with %d packages into %s: takes some minutes, once\n' "$suite" $((${#booted[@]} + ${#linked[@]} + ${#fetched[@]})) "$cache" >&2
include=$(IFS=, && echo "${booted[*]},${linked[*]}")
# The machine's own sources, without those of others: Debian's suffice.
sources=()
for file in /etc/apt/sources.list /etc/apt/sources.list.d/debian.sources; do [ ! -s "$file" ] || sources+=("$file"); done
[ ${#sources[@]} -gt 0 ] || sources=("deb http://deb.debian.org/debian $suite main")
fetch() {
    rm -rf "$part/root"
    mmdebstrap --variant=apt --include="$include" \
        --skip=cleanup/apt --aptopt='Acquire::Languages "none"' --aptopt='Acquire::Retries "3"' \
        --customize-hook="chroot \"\$1\" apt-get install -y -q --download-only ${fetched[*]}" \
        "$suite" "$part/root" "${sources[@]}" >"$part/log" 2>&1
}
# A mirror may be away for a moment.
fetch || { sleep 10 && fetch; } || { tail -n 30 "$part/log" >&2 && exit 1; }
# Made by the first boot of each machine.
rm -f "$part/root/etc/machine-id" "$part/root/etc/resolv.conf"
: >"$part/root/etc/machine-id"
touch "$part/ready"
mv "$part" "$folder"
echo "$folder/root"
