#!/bin/bash
# tools/stack/deps.sh [--check] GROUP… — Installs those Debian packages of packages.txt that are missing, and nothing else; with --check it only says
# which are missing, how to get them, and ends with 1. NO_DEPS=1 believes that all is there (libraries that came another way than by dpkg).
# Works as root and as a user with sudo. Services that packages bring along are not started while this runs; at the next boot the machine starts them as
# Debian means it. It says so first.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
list=$here/packages.txt

[ -z "${NO_DEPS:-}" ] || exit 0
only_check=
if [ "${1:-}" = --check ]; then only_check=yes && shift; fi

# Groups that stand on others.
with_those_below() {
    local group
    for group in "$@"; do
        case $group in
            run) echo build web run ;;
            check) echo test format check ;;
            workbench) echo build test format workbench ;;
            *) echo "$group" ;;
        esac
    done
}
mapfile -t groups < <(with_those_below "$@" | tr ' ' '\n')

# The Debian whose packages count: 13 also stands for what is newer or calls itself otherwise.
release=$(sed -n 's/^VERSION_ID="\{0,1\}\([0-9]*\).*/\1/p' /etc/os-release 2>/dev/null || true)
if [ "$release" != 12 ] || ! grep -qs '^ID=debian$' /etc/os-release; then release=13; fi

packages_of() { # prints PACKAGE COMMAND of a group
    awk -v group="$1" -v release="$release" '{ sub(/#.*/, "") } $1 == group {
        command = ""
        for (i = 3; i < NF; i += 2) { if ($i == "unless") command = $(i + 1); if ($i == "on" && $(i + 1) != release) next }
        print $2, command
    }' "$list"
}
has_group() { awk -v group="$1" '$1 == group { found = 1 } END { exit !found }' "$list"; }

wanted=()
for group in "${groups[@]}"; do
    while read -r package command; do
        if [ -z "$command" ] || ! command -v "$command" >/dev/null; then wanted+=("$package"); fi
    done < <(packages_of "$group")
    if ! has_group "$group" && [[ " $* " == *" $group "* ]]; then echo "deps.sh: no group '$group' in $list" >&2 && exit 2; fi
done

# Sets missing. One question for all of them: this runs before every build.
find_missing() {
    local package there=' '
    while read -r package; do there+="$package "; done < <(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "${wanted[@]}" 2>/dev/null | sed -n 's/^installed //p')
    missing=()
    for package in "${wanted[@]}"; do [[ $there == *" $package "* ]] || missing+=("$package"); done
}
if ! command -v dpkg-query >/dev/null && [ -n "$only_check" ]; then exit 0; fi
find_missing
[ ${#missing[@]} -gt 0 ] || exit 0

install="apt-get install -y --no-install-recommends ${missing[*]}"
if [ -n "$only_check" ]; then
    help='make deps installs them with the rest that building and running need'
    for group in "${groups[@]}"; do case $group in test | format | check) help='make deps-check installs them with the rest that the tests need' ;; esac; done
    printf 'error: Debian packages are missing: %s\n  %s; or, as root:\n  apt-get update && %s\n' "${missing[*]}" "$help" "$install" >&2
    exit 1
fi
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

# While packages are set up, no service starts: those of `make run` run privately, and systemd/README.md starts the machine's own when they are set up.
# A file that outlives this script has no effect.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ] || grep -qs '^# deps.sh of Billet' "$policy"; then
    echo "until that is done, $policy keeps services from starting (it is removed again); nothing is disabled: at the next boot they start as Debian has it"
    trap '"${as_root[@]}" rm -f "$policy"' EXIT
    printf '#!/bin/sh\n# deps.sh of Billet, process %d: no service starts while it runs.\n[ ! -d /proc/%d ] || exit 101\n' $$ $$ | "${as_root[@]}" tee "$policy" >/dev/null
    "${as_root[@]}" chmod 755 "$policy"
fi
apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0)
"${apt[@]}" update -q || echo "apt-get update failed; trying with the package lists that are there" >&2
"${apt[@]}" install -y -q --no-install-recommends "${missing[@]}" || {
    printf 'error: apt-get could not install everything (its words are above); to try by hand:\n  %s%s\n' "${as_root[*]:+sudo }" "$install" >&2
    exit 1
}
find_missing
[ ${#missing[@]} -eq 0 ] || { echo "error: still not installed: ${missing[*]}" >&2; exit 1; }
