#!/bin/bash
# tests/systemd/machine.sh — Sourced by suite.sh: the container as a machine: power on, off, a command inside, waiting for something.
# shellcheck disable=SC2154 # base, scratch, repo_dir: suite.sh's

nspawn_pid='' leader=''

# The root is the base with a layer of its own above it; where that cannot be mounted, a copy.
make_machine() {
    mkdir -p "$scratch"/{root,upper,work}
    mount -t overlay overlay -o "lowerdir=$base,upperdir=$scratch/upper,workdir=$scratch/work" "$scratch/root" 2>/dev/null ||
        cp -a "$base/." "$scratch/root/" || return 1
    # A file of this host's would tell where it is; ours keep the machine's and the client's names.
    printf '127.0.0.1 localhost\n::1 localhost\n192.0.2.2 chat.example.org\n' >"$scratch/hosts"
    cp "$scratch/hosts" "$scratch/root/etc/hosts"
    mount --bind "$scratch/hosts" /etc/hosts
    echo machine >"$scratch/root/etc/hostname"
    # Policies of image builders keep services down: a machine has none.
    rm -f "$scratch/root/usr/sbin/policy-rc.d"
    # The machine's network namespace outlives its reboots; the client is where this script is.
    mount -t tmpfs tmpfs /run
    ip netns add machine
    ip link add name client0 type veth peer name machine0 netns machine
    ip addr add 192.0.2.1/24 dev client0
    ip link set lo up
    ip link set client0 up
    ip -n machine addr add 192.0.2.2/24 dev machine0
    ip -n machine link set lo up
    ip -n machine link set machine0 up
}

power_on() {
    systemd-nspawn --quiet --directory="$scratch/root" --boot --machine=machine --register=no --keep-unit --console=pipe --link-journal=no \
        --resolv-conf=off --timezone=off --network-namespace-path=/run/netns/machine --bind="$scratch/shared:/shared" \
        </dev/null >>"$scratch/console" 2>&1 &
    nspawn_pid=$!
    until_booted
}

find_leader() {
    leader=$(tr -d ' ' <"/proc/$nspawn_pid/task/$nspawn_pid/children" 2>/dev/null)
    [ -n "$leader" ] && [ "$(cat "/proc/$leader/comm" 2>/dev/null)" = systemd ]
}
until_booted() {
    wait_for 60 find_leader && wait_for 90 settled
}
settled() { case $(inside systemctl is-system-running 2>/dev/null) in running | degraded) true ;; *) false ;; esac }

# inside COMMAND… — as root on the machine. bash -c is what a person types.
inside() {
    nsenter --target "$leader" --mount --uts --ipc --net --pid --cgroup -- env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"
}

# reboot_machine — as an operator does it; true when it is up again. systemd-nspawn ends with 133 when its machine wants to start anew.
reboot_machine() {
    local status=0
    inside systemctl reboot
    wait_for 90 powered_off || { echo "it does not go down" && return 1; }
    wait "$nspawn_pid" || status=$?
    [ "$status" -eq 133 ] || { echo "the machine ended with $status" && return 1; }
    power_on
}
powered_off() { ! kill -0 "$nspawn_pid" 2>/dev/null; }

# wait_for SECONDS COMMAND…
wait_for() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        [ $SECONDS -lt $end ] || return 1
        sleep 0.3
    done
}
