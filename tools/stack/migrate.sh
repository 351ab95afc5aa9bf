#!/bin/bash
# tools/stack/migrate.sh — Brings the database schema up to date (or verifies, reverts, shows it) with sqitch.
#
#   migrate.sh [--socket PATH] [--user NAME] [--database NAME] [--options-file FILE] [--sql DIR] [deploy|verify|revert|status] [sqitch options]
#
# Authentication is by unix_socket (the OS user's name is the database user's), or by a password in a private MariaDB
# option file: neither appears in an argument or in the environment. sqitch itself would put a password that it knows
# into the client's arguments, so it is not told; the driver and the client both read the option file.
# A deploy that was cut off is brought to its end by the next one. MIGRATE_WAIT_S (300): how long another migration or a backup is waited for.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
socket=/run/mysqld/mysqld.sock user=$(id -un) database=billet options_file='' sql_dir=$here/../../sql
[ -d "$sql_dir" ] || sql_dir=$here/../share/billet/sql

die() {
    echo "migrate.sh: $1" >&2
    exit 1
}
usage() { sed -n '2,10s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; }

while [ $# -gt 0 ]; do
    case $1 in
        --socket) socket=$2 && shift 2 ;;
        --user) user=$2 && shift 2 ;;
        --database) database=$2 && shift 2 ;;
        --options-file) options_file=$(readlink -f "$2") && shift 2 ;;
        --sql) sql_dir=$2 && shift 2 ;;
        -h | --help) usage && exit 0 ;;
        -*) echo "migrate.sh: unknown option $1 (try --help)" >&2 && exit 2 ;;
        *) break ;;
    esac
done
action=${1:-deploy}
[ $# -eq 0 ] || shift
case $action in
    # A failing change is reverted, and nothing that stood before it.
    deploy) set -- deploy --verify --mode change "$@" ;;
    revert) set -- revert -y "$@" ;;
    verify | status) set -- "$action" "$@" ;;
    *) echo "migrate.sh: unknown action '$action' (deploy, verify, revert, status)" >&2 && exit 2 ;;
esac
[ -z "$options_file" ] || [ -r "$options_file" ] || { echo "migrate.sh: cannot read $options_file" >&2 && exit 1; }
command -v sqitch >/dev/null || { echo "migrate.sh: sqitch is missing; install it and the driver that it names with: make deps, or apt-get install sqitch libdbd-mysql-perl (Debian 12), sqitch libdbd-mariadb-perl (Debian 13)" >&2 && exit 1; }

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# The client, made to read our option file (or none) instead of whatever stands in /etc and $HOME. TLS has no business on a unix socket, and MariaDB's
# programs from 11.4 on insist on it unless told.
{
    echo '#!/bin/sh'
    if [ -n "$options_file" ]; then
        printf 'exec mariadb --defaults-file=%q' "$options_file"
    else
        printf 'exec mariadb --no-defaults'
    fi
    printf ' --socket=%q --skip-ssl "$@"\n' "$socket"
} >"$scratch/client"
chmod 700 "$scratch/client"

# The driver has options by its own name: DBD::mysql on Debian 12, DBD::MariaDB on 13.
driver=$(perl -MApp::Sqitch -MApp::Sqitch::Engine::mysql -e 'print lc(App::Sqitch::Engine::mysql->driver =~ s/^DBD::(\w+).*/$1/r)') || die "sqitch's MySQL engine cannot be loaded"
target="db:mysql://$user@/$database?${driver}_socket=$socket"
[ -z "$options_file" ] || target+="&${driver}_read_default_file=$options_file"

# Settings and passwords of the caller's own sqitch and MySQL must not leak in.
unset SQITCH_PASSWORD SQITCH_USERNAME SQITCH_TARGET MYSQL_PWD MYSQL_HOST MYSQL_TCP_PORT
export SQITCH_USER_CONFIG=/dev/null SQITCH_SYSTEM_CONFIG=/dev/null
export SQITCH_FULLNAME=${SQITCH_FULLNAME:-billet} SQITCH_EMAIL=${SQITCH_EMAIL:-billet@localhost}

client() { "$scratch/client" --user="$user" --batch --skip-column-names --raw "$@"; }

# One migration at a time, and none beside a backup: `billetctl backup` and `restore` take the lock of the same name. It belongs to a
# connection that lives as long as this script: whatever ends the script ends the lock.
take_lock() {
    local wait_s=${MIGRATE_WAIT_S:-300} answer=
    coproc LOCK { exec "$scratch/client" --user="$user" --batch --skip-column-names --unbuffered 2>"$scratch/lock.err"; }
    printf "SELECT GET_LOCK('billet schema %s', %d);\n" "$database" "$wait_s" >&"${LOCK[1]}"
    read -r answer <&"${LOCK[0]}" || true
    [ "$answer" != 0 ] || die "another migration, a backup or a restore of '$database' is at work since $wait_s s; try again when it has ended"
    [ "$answer" = 1 ] || die "cannot ask the database for its lock: $(<"$scratch/lock.err")"
}

# sqitch makes its registry in steps and takes it for whole as soon as the table `changes` is there. One that a cut left half made is
# taken away, to be made again: nothing has been recorded in it. Every deploy script can run again over what it has made.
# The triggers of sqitch before 1.5 call a function of its own, checkit; those of later ones need none.
make_function() { # it was lost: a dump that was made without --routines lacks it
    local file
    file=$(perl -MApp::Sqitch -e 'print $INC{"App/Sqitch.pm"} =~ s/\.pm$//r')/Engine/mysql.sql
    echo "the function that sqitch's triggers call is missing: making it again"
    grep -q '^CREATE FUNCTION checkit' "$file" || die "'$database' was made by a sqitch whose function checkit this one does not have; restore the dump with --routines"
    { echo 'DELIMITER |' && sed -n '/^CREATE FUNCTION checkit/,/^|/p' "$file"; } | client "$database"
}

mend_registry() {
    local tables="'releases','projects','changes','tags','dependencies','events'" own parts callers functions rows=0 releases=0 drop
    own="trigger_schema = '$database' AND trigger_name IN ('ck_insert_dependency', 'ck_update_dependency')"
    read -r parts callers functions < <(client -e "SELECT (SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = '$database' AND table_name IN ($tables))
        + (SELECT COUNT(*) FROM information_schema.triggers WHERE $own),
        (SELECT COUNT(*) FROM information_schema.triggers WHERE $own AND action_statement LIKE '%checkit%'),
        (SELECT COUNT(*) FROM information_schema.routines WHERE routine_schema = '$database' AND routine_name = 'checkit')")
    [ "$parts" -gt 0 ] || [ "$functions" -gt 0 ] || return 0
    rows=$(client -e "SELECT COUNT(*) FROM $database.changes" 2>/dev/null) || rows=0
    releases=$(client -e "SELECT COUNT(*) FROM $database.releases" 2>/dev/null) || releases=0
    if [ "$parts" -eq 8 ] && [ "$releases" -gt 0 ]; then
        [ "$callers" -gt 0 ] && [ "$functions" -eq 0 ] || return 0
        make_function && return 0
    fi
    [ "$rows" -eq 0 ] || die "sqitch's tables in '$database' hold $rows changes and are not complete: this is no interrupted deploy; restore a backup"
    echo "an earlier deploy was cut off while it made sqitch's tables: making them again"
    drop="SET foreign_key_checks = 0; DROP TABLE IF EXISTS events, dependencies, tags, changes, projects, releases; DROP FUNCTION IF EXISTS checkit"
    client "$database" -e "$drop" || die "sqitch's half made tables in '$database' cannot be taken away"
}

cd "$sql_dir"
verb=$1
shift
case $verb in
    deploy | revert)
        take_lock
        mend_registry
        ;;
esac
sqitch "$verb" --target "$target" --registry "$database" --db-client "$scratch/client" "$@"
