#!/bin/bash
# tools/check/migrate.sh — A deploy of the schema that is cut off anywhere can be brought to its end by the next one.
# Run through on_stack.sh --only mariadb. MIGRATE_CUTS (12): how many deploys are killed. The last line is "N passed, N failed".
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
repo_dir=$here/../..
run_dir=$BILLET_RUN_DIR
cuts=${MIGRATE_CUTS:-12}
. "$here/cases.sh"

admin() { mariadb --no-defaults --socket="$run_dir/sock/mariadb.sock" --user="$(id -un)" --batch --skip-column-names "$@"; }
migrate() { "$repo_dir/tools/stack/migrate.sh" --options-file "$run_dir/keys/migrate.cnf" --socket "$run_dir/sock/mariadb.sock" --user billet_migrate --database "$@"; }
fresh_database() {
    admin -e "DROP DATABASE IF EXISTS $1; CREATE DATABASE $1 CHARACTER SET utf8mb4; GRANT ALL PRIVILEGES ON $1.* TO billet_migrate@localhost"
}

# The whole schema, the registry's objects and the deployed changes, without what differs from one deploy to the next.
schema_of() {
    mariadb-dump --no-defaults --socket="$run_dir/sock/mariadb.sock" --user="$(id -un)" --no-data --routines --skip-dump-date --skip-comments "$1" |
        sed -E 's/ AUTO_INCREMENT=[0-9]+//'
    admin "$1" -e "SELECT \`change\` FROM changes ORDER BY planned_at; SELECT version FROM releases; SELECT name FROM meta ORDER BY name; SELECT COUNT(*) FROM dependencies"
}
same_schema() { diff <(schema_of "$1") "$scratch/reference"; }

# Ends a deploy, its client and its shell after a while, as a power cut would end them.
cut_deploy() { # cut_deploy DATABASE SECONDS
    local pid
    setsid bash -c 'exec "$@"' deploy "$repo_dir/tools/stack/migrate.sh" --options-file "$run_dir/keys/migrate.cnf" --socket "$run_dir/sock/mariadb.sock" \
        --user billet_migrate --database "$1" deploy >"$scratch/cut.out" 2>&1 &
    pid=$!
    sleep "$2"
    kill -KILL -- "-$pid" 2>/dev/null
    wait "$pid" 2>/dev/null
}

deploys_anew() { fresh_database reference && migrate reference deploy; }
check "an empty database is deployed" deploys_anew
schema_of reference >"$scratch/reference"
check "a second deploy has nothing to do" migrate reference deploy
runs_again() { cat "$repo_dir"/sql/deploy/*.sql | admin --abort-source-on-error reference && same_schema reference; }
check "every deploy script can run again over its own result" runs_again

# How long a whole deploy takes here, in milliseconds: cuts are spread evenly over it, each with a random shift.
fresh_database timed
began=$(date +%s%N)
migrate timed deploy >/dev/null 2>&1
whole_ms=$((($(date +%s%N) - began) / 1000000))
step_ms=$((whole_ms / cuts + 1))
for ((i = 0; i < cuts; i++)); do
    at_ms=$((i * step_ms + RANDOM % step_ms))
    fresh_database cut
    cut_deploy cut "$(printf '%d.%03d' $((at_ms / 1000)) $((at_ms % 1000)))"
    check "the next deploy succeeds after a cut at $at_ms of $whole_ms ms" migrate cut deploy
    check "and gives the whole schema (cut at $at_ms of $whole_ms ms)" same_schema cut
done

# What a cut can leave of the registry, object by object, before the first change is recorded.
kept=()
for name in releases projects changes tags dependencies events; do
    kept+=("$name")
    fresh_database half
    mariadb-dump --no-defaults --socket="$run_dir/sock/mariadb.sock" --user="$(id -un)" --no-data --skip-triggers reference "${kept[@]}" | admin half
    check "the next deploy succeeds where the registry has only: ${kept[*]}" migrate half deploy
    check "and gives the whole schema (registry had only: ${kept[*]})" same_schema half
done

refuses_what_it_cannot_explain() { admin half -e 'DROP TABLE events' && refused migrate half deploy && [ "$(admin half -e 'SELECT COUNT(*) FROM changes')" -gt 0 ]; }
check "a registry with changes and without its parts is not touched" refuses_what_it_cannot_explain

waits_for_the_lock() {
    local holder
    admin -e "SELECT GET_LOCK('billet schema reference', 0), SLEEP(60)" >/dev/null &
    holder=$!
    until [ "$(admin -e "SELECT IS_USED_LOCK('billet schema reference') IS NOT NULL")" = 1 ]; do sleep 0.1; done
    MIGRATE_WAIT_S=1 refused migrate reference deploy 2>"$scratch/waited" || return 1
    kill "$holder"
    wait "$holder"
    grep -q 'a backup or a restore' "$scratch/waited" && migrate reference deploy
}
check "none beside another or a backup: it waits, then says for what" waits_for_the_lock

for name in reference timed cut half; do admin -e "DROP DATABASE IF EXISTS $name"; done
end_of_cases
