#!/bin/bash
# tools/check/stack.sh — What the private stack promises: supervision, durability, separation, least privilege, no secret in sight.
# Run through on_stack.sh; starts and stops a second stack beside it. The last line is "N passed, N failed".
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
stack_dir=$here/../stack
first=$BILLET_RUN_DIR second=$BILLET_RUN_DIR.second
. "$here/cases.sh"

db() { mariadb --defaults-file=<(printf '[client]\nsocket=%s\nuser=%s\npassword=%s\n' "$first/sock/mariadb.sock" "$1" "$(<"$first/keys/$1.password")") billet -N -e "$2"; }
redis_as() {
    local user=$1
    shift
    ! REDISCLI_AUTH=$(<"$first/keys/redis_$user.password") redis-cli -s "$first/sock/redis.sock" --user "$user" "$@" 2>/dev/null | grep -q NOPERM
}
ready() { [ "$(curl -s -o /dev/null -w '%{http_code}' --max-time 2 "$BILLET_BASE_URL/readyz")" = 200 ]; }

back_within_3_s() {
    local old new end
    old=$(<"$first/pids/$1.pid")
    kill -KILL "$old" || return 1
    end=$(($(date +%s%N) + 3000000000))
    while [ "$(date +%s%N)" -lt "$end" ]; do
        new=$(cat "$first/pids/$1.pid" 2>/dev/null)
        # /readyz remembers for a second what the database said: that one is asked itself.
        if [ -n "$new" ] && [ "$new" != "$old" ] && kill -0 "$new" 2>/dev/null && ready && db billet_migrate 'SELECT 1' >/dev/null 2>&1; then return 0; fi
        sleep 0.05
    done
    return 1
}

for service in nginx redis api-1 api-2 wsd-1 wsd-2 mariadb; do
    check "$service is back, and the site ready, within 3 s of kill -9" back_within_3_s "$service"
done

check "MariaDB listens on no port" test "$(db billet_migrate 'SELECT @@skip_networking')" = 1
check "a commit is on disk, in log and binary log" test "$(db billet_migrate 'SELECT @@log_bin, @@sync_binlog, @@innodb_flush_log_at_trx_commit' | tr '\t' ' ')" = "1 1 1"
check "the api deletes no message" refused db billet_api 'DELETE FROM chat_messages WHERE room_id = 0'
check "the api changes no schema" refused db billet_api 'CREATE TABLE intruder (id INT)'
check "the api drops nothing" refused db billet_api 'DROP TABLE chat_messages'
check "the api deletes blocks" db billet_api 'DELETE FROM blocks WHERE blocker_id = 0'
check "Redis listens on no port" test "$(REDISCLI_AUTH=$(<"$first/keys/redis_operator.password") redis-cli -s "$first/sock/redis.sock" --user operator config get port 2>/dev/null | tail -n 1)" = 0
check "Redis lets nobody in without a name" test "$(redis-cli -s "$first/sock/redis.sock" ping 2>&1 | cut -c1-6)" = NOAUTH
check "Redis: the api publishes to users" redis_as api publish n:x y
check "Redis: the api publishes no heartbeat" refused redis_as api publish hb:x y
check "Redis: the api may ask whether a wsd is there" redis_as api get alive:wsd
check "Redis: the api cannot say so itself" refused redis_as api set alive:wsd 1
check "Redis: the api flushes nothing" refused redis_as api flushall
check "Redis: wsd reads no limiter" refused redis_as wsd get limit:x
check "Redis: wsd lists no keys" refused redis_as wsd keys '*'

no_secret_in() { # no password or key of the stack among the arguments or the environment of its processes
    local pid secret
    for secret in "$first"/keys/*.password; do
        for pid in "$first"/pids/*.pid; do
            ! tr '\0' '\n' <"/proc/$(<"$pid")/$1" | grep -qF "$(<"$secret")" || { echo "$secret in $1 of $pid" && return 1; }
        done
    done
}
check "no secret among the arguments of a process" no_secret_in cmdline
check "no secret in the environment of a process" no_secret_in environ
check "keys are their owner's only" test -z "$(find "$first/keys" -type f -perm /077)"

export PORT=''
side_by_side() { RUN_DIR=$second CONFIG='' SERVICES='' "$stack_dir/start.sh" && [ "$(<"$second/port")" != "$(<"$first/port")" ] && ready; }
check "a second stack runs beside the first" side_by_side
first_pid=$(<"$first/pids/nginx.pid")
check "stopping the second" env RUN_DIR="$second" "$stack_dir/stop.sh"
check "the first did not notice" kill -0 "$first_pid"
nothing_left() { [ -z "$(find /proc/[0-9]*/cwd -maxdepth 0 -lname "$second/*" 2>/dev/null)" ]; }
check "nothing of the second is left" nothing_left
check "stopping it again is harmless" env RUN_DIR="$second" "$stack_dir/stop.sh"
rm -rf "$second"

# Cut off in the middle of making the data files, the schema, and wherever else the time falls.
cut_first_start() { # cut_first_start SECONDS
    local pid
    RUN_DIR=$second CONFIG='' SERVICES='mariadb redis' setsid "$stack_dir/start.sh" >"$first/log/cut-start.out" 2>&1 &
    pid=$!
    sleep "$1"
    kill -KILL -- "-$pid" 2>/dev/null
    wait "$pid" 2>/dev/null
    return 0
}
begins_anew() { cut_first_start "$1" && RUN_DIR=$second CONFIG='' SERVICES='mariadb redis' "$stack_dir/start.sh" && RUN_DIR=$second "$stack_dir/stop.sh"; }
for seconds in 1 3 5 7; do
    rm -rf "$second"
    check "a stack whose first start was cut off after $seconds s begins anew" begins_anew "$seconds"
done
rm -rf "$second"

# A machine without our packages, as far as dpkg tells: every target that builds says what to do before it compiles anything.
mkdir -p "$first/fresh" && printf '#!/bin/sh\nexit 1\n' >"$first/fresh/dpkg-query" && chmod 755 "$first/fresh/dpkg-query"
is_told() {
    local said=$first/log/fresh.out
    ! PATH=$first/fresh:$PATH timeout 100 make -C "$here/../.." B="$first/fresh/build" "$1" >"$said" 2>&1 || return 1
    cat "$said"
    grep -q '^error: Debian packages are missing: .*' "$said" && grep -q "make $2 installs them" "$said" && ! grep -qE '^(CXX|LINK)' "$said"
}
for target in all web start install sbom; do check "make $target on a fresh machine says what to do" is_told "$target" deps; done
tests_need=(test tests)
! command -v clang-format-14 >/dev/null || tests_need+=(format) # a Debian without it wants none
for target in "${tests_need[@]}"; do check "make $target on a fresh machine says what to do" is_told "$target" deps-check; done
all_is_there() { "$stack_dir/deps.sh" --check run check; }
check "nothing is missing where the suites run" all_is_there

# With a log as a daemon under a sanitizer writes it, although the command itself has no fault.
# shellcheck disable=SC2016  # the inner shell's variables
with_log() { KEEP_LOGS='' BILLET_LINE=$1 "$here/on_stack.sh" --only redis bash -c 'echo "$BILLET_LINE" >>"$BILLET_RUN_DIR/log/redis.log"'; }
check "a private stack without a sanitizer's report ends well" with_log "an error at runtime"
check "one with a report of ASan does not" refused with_log "==1==ERROR: AddressSanitizer: heap-use-after-free"
check "one with a report of UBSan does not" refused with_log "a.cpp:1:2: runtime error: signed integer overflow"

name=kept-$RANDOM$RANDOM
add() { echo "a good password" | "$BILLETCTL" --config "$first/billet.toml" user add "$name" --password-stdin; }
check "an account is made" add
restart() { RUN_DIR=$first "$stack_dir/stop.sh" && RUN_DIR=$first "$stack_dir/start.sh"; }
check "the stack is stopped and started" restart
logs_in() { [ "$(curl -s -o /dev/null -w '%{http_code}' -H 'Content-Type: application/json' -d "{\"username\":\"$name\",\"password\":\"a good password\"}" "$BILLET_BASE_URL/auth/login")" = 200 ]; }
check "its port is the same, and its data is still there" logs_in

# That login is counted by account and address for some seconds: under names that do not tell whom.
nameless_keys() {
    local keys
    keys=$(REDISCLI_AUTH=$(<"$first/keys/redis_operator.password") redis-cli -s "$first/sock/redis.sock" --user operator --raw keys '*')
    echo "$keys"
    [ "$(grep -cE '^limit:logins(_address|_account)?:' <<<"$keys")" -eq 3 ] &&
        ! grep -vE '^(limit:[a-z_]+|conns):[A-Za-z0-9_-]{22}$|^alive:' <<<"$keys"
}
check "Redis does not learn who logged in, nor from where" nameless_keys

# A new key would start without a word and leave every stored message unreadable: the loss must be told while the key can still be brought back.
no_start_without_content_key() {
    mv "$first/keys/content.keys" "$first/content.keys.away"
    ! RUN_DIR=$first "$stack_dir/start.sh" >"$first/log/no-key.out" 2>&1 && grep -qF "$first/keys/content.keys" "$first/log/no-key.out" && [ ! -e "$first/keys/content.keys" ]
}
check "the stack does not start over its data with a new content key" no_start_without_content_key
starts_with_key_back() { mv -f "$first/content.keys.away" "$first/keys/content.keys" && RUN_DIR=$first "$stack_dir/start.sh"; }
check "it starts when the content key is back" starts_with_key_back

end_of_cases
