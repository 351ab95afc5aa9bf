#!/bin/bash
# tools/check/debian13.sh [--all] — Billet on a Debian 13: builds there, starts there, and its suites pass there. Needs root.
#
# The Debian is made in a scratch folder by mmdebstrap and entered by chroot in namespaces of its own; it begins as bare as a fresh machine,
# so what `make run` installs is proved too. Without --all a choice of the suites runs (minutes); with it `make check`, whole (half an hour).
# The last line is "N passed, N failed", or "skipped: WHY" where it cannot run. BILLET_DEBIAN13_CACHE keeps the fetched packages.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
release=13 codename=trixie
suites="unit migrate docs"
cache=${BILLET_DEBIAN13_CACHE:-${TMPDIR:-/tmp}/billet-debian13-cache}
# The choice of suites is compiled without optimizing, in half the time; with --all as it ships.
flags='-O0 -g0 -U_FORTIFY_SOURCE'
[ "${1:-}" != --all ] || flags=
export flags

skip() {
    echo "skipped: $*"
    exit 0
}
[ "$(id -u)" -eq 0 ] || skip "a container needs root"
for program in mmdebstrap ip unshare chroot; do command -v $program >/dev/null || skip "$program is missing (make deps-check installs it)"; done
grep -qs '^ID=debian$' /etc/os-release || skip "this is no Debian, whose archive the container would be made from"
! grep -qs "^VERSION_ID=\"$release\"" /etc/os-release || skip "this is a Debian $release: the other suites have proved it"
unshare --mount --net --pid --fork sh -c 'mount -t tmpfs tmpfs /mnt && ip link set lo up' 2>/dev/null || skip "this machine allows no namespaces"

mkdir -p "$cache/archives"
scratch=$(mktemp -d "$cache/root.XXXXXX")
root=$scratch/root
exec 9>"$scratch/lock"
flock 9
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM
# What a killed run has left: its lock is free.
for old in "$cache"/root.*/lock; do ! flock -n "$old" true || rm -rf "${old%/lock}"; done

mirror=$(sed -nE 's/^(URIs:|deb) +(http[^ ]*debian\/?)( .*)?$/\2/p' /etc/apt/sources.list /etc/apt/sources.list.d/debian.sources 2>/dev/null | head -n 1)
make_root() {
    mkdir -p "$root"
    mmdebstrap --variant=apt --include=make,ca-certificates --components=main --aptopt='Acquire::Retries "3"' "$codename" "$root" "${mirror:-http://deb.debian.org/debian}" >"$scratch/mmdebstrap.log" 2>&1 ||
        { tail -n 20 "$scratch/mmdebstrap.log" && return 1; }
    # What this machine trusts is trusted there: the packages of the web client may come through a proxy.
    cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/of-the-host.crt"
    mkdir "$root/src"
    git ls-files -z --cached --others --exclude-standard | tar --create --null --files-from=- --ignore-failed-read | tar --extract --directory "$root/src"
}

# inside [--net] COMMAND…: in the container; with --net in a network of its own, where nothing but its loopback is.
inside() {
    local namespaces=(--mount --pid --uts --ipc --fork --kill-child)
    if [ "$1" = --net ]; then namespaces+=(--net) && shift; fi
    # shellcheck disable=SC2016  # the inner shell's own
    unshare "${namespaces[@]}" sh -c '
        set -e
        root=$1 archives=$2
        shift 2
        ip link set lo up
        mount -t proc proc "$root/proc"; mount -t sysfs sys "$root/sys"; mount --rbind /dev "$root/dev"
        mount -t tmpfs tmpfs "$root/run"
        mount --bind "$archives" "$root/var/cache/apt/archives"
        cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
        exec chroot "$root" env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 CXXFLAGS="$flags" \
            NODE_EXTRA_CA_CERTS=/etc/ssl/certs/of-the-host.crt npm_config_cafile=/etc/ssl/certs/of-the-host.crt \
            sh -c "cd /src && $*"' sh "$root" "$cache/archives" "$@"
}

passed=0 failed=0
check() { # check SENTENCE COMMAND…
    local sentence=$1 log=$scratch/log
    shift
    if "$@" >"$log" 2>&1 </dev/null; then passed=$((passed + 1)); else
        failed=$((failed + 1))
        echo "failed: $sentence"
        tail -n 30 "$log"
        [ "$sentence" != "${needed:-}" ] || { echo "$passed passed, $failed failed" && exit 1; }
    fi
}
add_suites() { # prints the table of the container's suites and adds their sum
    local sum
    inside "$@" 2>&1 </dev/null | tee "$scratch/suites" | sed -n '/^$/,$p'
    sum=$(grep -xE '[0-9]+ passed, [0-9]+ failed' "$scratch/suites" | tail -n 1)
    if [[ $sum =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]] && [ "${BASH_REMATCH[1]}" -gt 0 ]; then
        passed=$((passed + BASH_REMATCH[1])) failed=$((failed + BASH_REMATCH[2]))
        [ "${BASH_REMATCH[2]}" -eq 0 ] || cat "$scratch/suites"
    else
        failed=$((failed + 1)) && cat "$scratch/suites"
    fi
}

needed="a Debian $release can be made" && check "$needed" make_root
if [ "${1:-}" = --all ]; then
    add_suites 'make check'
else
    needed="make deps finds all its packages there" && check "$needed" inside 'make deps && apt-get install -y -q --no-install-recommends git python3-websockets procps && tools/stack/deps.sh test'
    needed="it builds there" && check "$needed" inside 'make all build/release/unit_tests && make web'
    check "make run starts it there, and billetctl finds nothing wrong" inside --net 'make run PORT=8080 && build/release/billetctl --config run/billet.toml check && make stop'
    add_suites --net "MIGRATE_CUTS=4 BUILD_DIR=/src/build/release tools/check/run_suites.sh $suites"
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
