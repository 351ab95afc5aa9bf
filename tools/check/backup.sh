#!/bin/bash
# tools/check/backup.sh — A backup is whole or not there; a restore gives all of it back, can be cut off anywhere, and brings nobody in again.
# Run through on_stack.sh --only mariadb. The last line is "N passed, N failed".
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
repo_dir=$here/../..
run_dir=$BILLET_RUN_DIR
. "$here/cases.sh"
ctl() { "$BILLETCTL" --config "$run_dir/billet.toml" "$@"; }
# says TEXT COMMAND… — refuses with status 1, and with that text.
says() {
    local text=$1 status=0
    shift
    "$@" >"$scratch/said" 2>&1 || status=$?
    cat "$scratch/said"
    [ "$status" -eq 1 ] && grep -qF -- "$text" "$scratch/said"
}
sql() { mariadb --no-defaults --socket="$run_dir/sock/mariadb.sock" --user="$(id -un)" --batch --skip-column-names "$@"; }
# Every row of every table but those that a restore changes.
contents() {
    local table
    for table in users user_log chat_rooms chat_messages user_events blocks changes dependencies events projects releases tags; do
        [ "$table" = users ] && sql billet -e 'SELECT id, username, display_name, role, password_hash, created_at FROM users ORDER BY id' && continue
        sql billet -e "CHECKSUM TABLE $table EXTENDED"
    done
    mariadb-dump --no-defaults --socket="$run_dir/sock/mariadb.sock" --user="$(id -un)" --no-data --routines --skip-dump-date --skip-comments billet
}
as_before() { contents | diff - "$scratch/before"; }
nothing_in() { [ -z "$(ls -A "$1")" ]; }

ctl sample-data --users 20 --rooms 30 --messages 2000 >/dev/null 2>&1
echo 'a good password' | ctl user add gone-later --password-stdin >/dev/null
contents >"$scratch/before"
dump=$scratch/good.sql.gz

check "a backup is made" ctl backup "$dump"
check "it is its owner's only" test "$(stat -c %a "$dump")" = 600
check "gzip finds nothing wrong" gzip -t "$dump"
check "a folder gets a file named by the time" eval "mkdir '$scratch/folder' && ctl backup '$scratch/folder' && ls '$scratch'/folder/billet-20*Z.sql.gz"
check "a folder that is missing does not become a file" says 'is no folder that is there' ctl backup "$scratch/missing"
check "a backup that is there is not replaced" says 'is there already' ctl backup "$dump"
check "no key is in it" eval "! zcat '$dump' | grep -qF \"\$(tail -n 1 '$run_dir/keys/content.keys' | cut -d' ' -f3)\""
check "an unprivileged user's dump, which lacks what it cannot see, is refused" \
    says 'does not see all' env BILLET_DATABASE__OPERATOR_USER=billet_admin BILLET_DATABASE__OPERATOR_PASSWORD_FILE="$run_dir/keys/billet_admin.password" \
    "$BILLETCTL" --config "$run_dir/billet.toml" backup "$scratch/blind.sql.gz"

# A dump that dies, or ends as if it had finished: the program of that name comes first in PATH.
mkdir "$scratch/bin" "$scratch/empty"
fake_dump() {
    printf '#!/bin/sh\n%s\n' "$1" >"$scratch/bin/mariadb-dump"
    chmod 755 "$scratch/bin/mariadb-dump"
}
real_dump=$(command -v mariadb-dump)
with_fake() { PATH=$scratch/bin:$PATH ctl backup "$scratch/empty/x.sql.gz"; }
fake_dump "$real_dump \"\$@\" | head -c 20000; exit 2"
check "a dump that ends with a status is told" says 'ended with status 2' with_fake
check "and leaves nothing" nothing_in "$scratch/empty"
fake_dump "$real_dump \"\$@\" | head -c 20000"
check "one that stops early without a status is told" says 'without its last line' with_fake
check "and leaves nothing either" nothing_in "$scratch/empty"
fake_dump "$real_dump \"\$@\" | head -c 20000; kill -KILL \$\$"
check "one that is killed is told" says 'signal 9' with_fake
check "and leaves nothing at all" nothing_in "$scratch/empty"
rm -r "${scratch:?}/bin"

hold_lock() {
    sql -e "SELECT GET_LOCK('billet schema billet', 0), SLEEP(300)" >/dev/null &
    holder=$!
    until [ "$(sql -e "SELECT IS_USED_LOCK('billet schema billet') IS NOT NULL")" = 1 ]; do sleep 0.1; done
}
hold_lock
check "no backup beside a migration" says 'a migration' ctl backup --wait 1 "$scratch/beside.sql.gz"
check "no restore beside a migration" says 'a migration' ctl restore --wait 1 --yes "$dump"
sql -e "KILL $(sql -e "SELECT IS_USED_LOCK('billet schema billet')")"
kill "$holder" 2>/dev/null

head -c 30000 "$dump" >"$scratch/cut.sql.gz"
zcat "$dump" | head -n 60 | gzip >"$scratch/short.sql.gz"
{ head -c 5000 "$dump" && head -c 64 /dev/zero && tail -c +5065 "$dump"; } >"$scratch/damaged.sql.gz"
for bad in cut short damaged; do check "a $bad dump is refused" says "$scratch/$bad.sql.gz" ctl restore --yes "$scratch/$bad.sql.gz"; done
check "so is one that is not there" says 'No such file' ctl restore --yes "$scratch/none.sql.gz"
check "nothing is replaced without a yes" says '--yes' ctl restore "$dump"
sql billet -e 'SELECT SLEEP(300)' >/dev/null &
busy=$!
until [ "$(sql -e "SELECT COUNT(*) FROM information_schema.processlist WHERE db = 'billet'")" = 1 ]; do sleep 0.1; done
check "nothing is replaced while somebody is connected" says 'stop the daemons first' ctl restore --yes "$dump"
kill "$busy"
sql -N -e "SELECT CONCAT('KILL ', id, ';') FROM information_schema.processlist WHERE db = 'billet'" | sql
check "all these refusals changed nothing" as_before

ctl user disable gone-later >/dev/null 2>&1
sql billet -e 'DELETE FROM chat_messages; DELETE FROM blocks; UPDATE chat_rooms SET last_seq = 0, user1_read_seq = 0, user2_read_seq = 0'
epoch() { sql billet -e "SELECT value FROM meta WHERE name = 'epoch'"; }
old_epoch=$(epoch)
until [ "$(sql -e "SELECT COUNT(*) FROM information_schema.processlist WHERE db = 'billet'")" = 0 ]; do sleep 0.1; done
check "a restore gives everything back" eval "ctl restore --yes '$dump' && as_before"
check "the epoch is a new one" test "$(epoch)" != "$old_epoch"
stays_out() { [ "$(sql billet -e "SELECT disabled_at IS NOT NULL FROM users WHERE username = 'gone-later'")" = 1 ]; }
check "who was disabled after the backup stays out" stays_out
schema_accepted() {
    ctl check >"$scratch/checked" # Redis is not there: the status tells of that
    grep -F 'ok     database schema' "$scratch/checked"
}
check "the schema is one that daemons accept" schema_accepted

# Cut off while it loads: a client that dies after a while.
mkdir "$scratch/bin"
printf '#!/bin/sh\nhead -c 60000 | %s "$@" >/dev/null 2>&1\nkill -KILL $$\n' "$(command -v mariadb)" >"$scratch/bin/mariadb"
chmod 755 "$scratch/bin/mariadb"
cut_restore() { PATH=$scratch/bin:$PATH ctl restore --yes "$dump"; }
check "a restore that is cut off is told" says 'mariadb' cut_restore
check "no daemon starts on what it left" says 'has not been brought to its end' "$(dirname "$BILLETCTL")/billet-api" --config "$run_dir/billet.toml" --instance 9
check "nor does a new epoch hide it" says 'run '"'"'billetctl restore'"'"' again' ctl epoch new
check "nor a backup" says 'has not ended' ctl backup "$scratch/of-half.sql.gz"
check "running it again gives everything" eval "ctl restore --yes '$dump' && as_before"
check "and who was disabled before the cut still stays out" stays_out

cp -p "$run_dir/keys/content.keys" "$scratch/content.keys"
sed -i "s/^1 current .*/1 current $(head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n')/" "$run_dir/keys/content.keys"
check "content keys that do not open the texts are told" says 'does not open them' ctl restore --yes "$dump"
check "and keep the daemons from starting" says 'has not been brought to its end' "$(dirname "$BILLETCTL")/billet-api" --config "$run_dir/billet.toml" --instance 9
cp -p "$scratch/content.keys" "$run_dir/keys/content.keys"
check "with the right ones it ends" eval "ctl restore --yes '$dump' && as_before"

# The dump of a version before: its registry ends one change earlier.
newest=$(sql billet -e "SELECT \`change\` FROM changes ORDER BY committed_at DESC, planned_at DESC LIMIT 1")
older_dump() {
    sql billet -e "DELETE FROM dependencies WHERE change_id = (SELECT change_id FROM changes WHERE \`change\` = '$newest'); DELETE FROM changes WHERE \`change\` = '$newest'" &&
        rm -f "$scratch/older.sql.gz" && ctl backup "$scratch/older.sql.gz"
}
check "a dump with an older schema is made" older_dump
check "restoring it says which command is next" says 'billet-migrate' ctl restore --yes "$scratch/older.sql.gz"
check "the migrations bring it up to date" "$repo_dir/tools/stack/migrate.sh" --options-file "$run_dir/keys/migrate.cnf" --socket "$run_dir/sock/mariadb.sock" --user billet_migrate deploy
check "and a new epoch ends the restore" eval 'ctl epoch new && schema_accepted'

# What "mariadb-dump" by itself leaves out: the function that the triggers of sqitch's registry call.
plain_dump() {
    mariadb-dump --no-defaults --socket="$run_dir/sock/mariadb.sock" --user="$(id -un)" --single-transaction --databases billet | gzip >"$scratch/plain.sql.gz" &&
        ctl restore --yes "$scratch/plain.sql.gz" && [ "$(sql -e "SELECT COUNT(*) FROM information_schema.routines WHERE routine_schema = 'billet'")" = 0 ]
}
check "a dump that was made by hand is restored" plain_dump
check "and the migrations mend what it lacks" "$repo_dir/tools/stack/migrate.sh" --options-file "$run_dir/keys/migrate.cnf" --socket "$run_dir/sock/mariadb.sock" --user billet_migrate deploy
# The function that the registry's triggers call; those of sqitch 1.5 and later call none.
can_record() {
    local calls functions
    calls=$(sql -e "SELECT COUNT(*) FROM information_schema.triggers WHERE trigger_schema = 'billet' AND action_statement LIKE '%checkit%'")
    functions=$(sql -e "SELECT COUNT(*) FROM information_schema.routines WHERE routine_schema = 'billet' AND routine_name = 'checkit'")
    [ "$calls" -eq 0 ] || [ "$functions" -eq 1 ]
}
check "so that the next change can be recorded" can_record

end_of_cases
