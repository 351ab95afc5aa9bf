#!/bin/bash
# tests/systemd/run.sh — Boots a real systemd in a container and proves there what the documents tell an operator (suite.sh). Needs root.
#
# All of it lives in namespaces of its own (mounts, processes, network): when this script ends, however it does, the kernel takes the container, its mounts
# and its network away. Nothing of this machine's systemd, if it has one, is involved. Where it cannot run the last line is "skipped: WHY".
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
repo_dir=$(cd "$here/../.." && pwd -P)
export BUILD_DIR=${BUILD_DIR:-$repo_dir/build/release} LC_ALL=C.UTF-8
scratch_prefix=${TMPDIR:-/tmp}/billet-systemd-run

skip() {
    echo "skipped: $*"
    exit 0
}
[ "$(id -u)" -eq 0 ] || skip "a container needs root"
for program in mmdebstrap systemd-nspawn ip unshare nsenter; do
    command -v $program >/dev/null || skip "$program is missing (apt-get install mmdebstrap systemd-container iproute2 util-linux)"
done
grep -qs '^ID=debian$' /etc/os-release || skip "this is no Debian, whose packages the container would be made of"
/usr/bin/python3 -c 'import websockets' 2>/dev/null || skip "the chat needs python3-websockets"
unshare --mount --net --pid --fork sh -c 'ip link add name probe0 type veth peer name probe1 && mount -t tmpfs tmpfs /mnt' 2>/dev/null ||
    skip "this machine allows no namespaces with mounts and virtual networks of their own"

# What a killed run has left: its lock is free, its groups are empty.
for old in /sys/fs/cgroup{,/systemd,/unified}/billet-systemd-*; do
    [ ! -d "$old" ] || find "$old" -depth -type d -exec rmdir {} + 2>/dev/null
done
for old in "$scratch_prefix".*/lock; do
    [ ! -e "$old" ] || ! flock -n "$old" true || rm -rf "${old%/lock}"
done
scratch=$(mktemp -d "$scratch_prefix.XXXXXX")
exec 8>"$scratch/lock"
flock 8

# A control group of its own in each hierarchy that systemd keeps its units in; all others stay those of the caller.
groups=()
for hierarchy in /sys/fs/cgroup /sys/fs/cgroup/systemd /sys/fs/cgroup/unified; do
    [ ! -w "$hierarchy/cgroup.procs" ] || ! mkdir "$hierarchy/billet-systemd-$$" 2>/dev/null || groups+=("$hierarchy/billet-systemd-$$")
done
suite_pid=
finish() {
    status=$?
    trap - EXIT INT TERM
    [ -z "$suite_pid" ] || kill -KILL "$suite_pid" 2>/dev/null
    wait 2>/dev/null
    local group
    for group in "${groups[@]}"; do
        for _ in 1 2 3 4 5 6 7 8 9 10; do
            find "$group" -depth -type d -exec rmdir {} + 2>/dev/null
            [ -d "$group" ] || break
            sleep 0.3
        done
    done
    rm -rf "$scratch"
    exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM

base=$("$here/base.sh") || skip "no Debian could be fetched (its words are above)"
(
    for group in "${groups[@]}"; do echo "$BASHPID" >"$group/cgroup.procs"; done
    exec setpriv --pdeathsig KILL unshare --mount --propagation private --net --uts --ipc --pid --fork --kill-child --mount-proc "$here/suite.sh" "$base" "$scratch"
) &
suite_pid=$!
wait "$suite_pid"
