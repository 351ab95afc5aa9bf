#!/bin/bash
# tools/stack/migrate.sh — Brings the database schema up to date (or verifies, reverts, shows it) with sqitch.
#
#   migrate.sh [--socket PATH] [--user NAME] [--database NAME] [--options-file FILE] [--sql DIR] [deploy|verify|revert|status] [sqitch options]
#
# Authentication is by unix_socket (the OS user's name is the database user's), or by a password in a private MariaDB
# option file: neither appears in an argument or in the environment. sqitch itself would put a password that it knows
# into the client's arguments, so it is not told; the driver and the client both read the option file.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
socket=/run/mysqld/mysqld.sock user=$(id -un) database=billet options_file='' sql_dir=$here/../../sql
[ -d "$sql_dir" ] || sql_dir=$here/../share/billet/sql

usage() { sed -n '2,9s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; }

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
command -v sqitch >/dev/null || { echo "migrate.sh: sqitch is missing; install it with: apt-get install sqitch libdbd-mysql-perl" >&2 && exit 1; }

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# The client, made to read our option file (or none) instead of whatever stands in /etc and $HOME.
{
    echo '#!/bin/sh'
    if [ -n "$options_file" ]; then
        printf 'exec mariadb --defaults-file=%q "$@"\n' "$options_file"
    else
        echo 'exec mariadb --no-defaults "$@"'
    fi
} >"$scratch/client"
chmod 700 "$scratch/client"

target="db:mysql://$user@/$database?mysql_socket=$socket"
[ -z "$options_file" ] || target+="&mysql_read_default_file=$options_file"

# Settings and passwords of the caller's own sqitch and MySQL must not leak in.
unset SQITCH_PASSWORD SQITCH_USERNAME SQITCH_TARGET MYSQL_PWD MYSQL_HOST MYSQL_TCP_PORT
export SQITCH_USER_CONFIG=/dev/null SQITCH_SYSTEM_CONFIG=/dev/null
export SQITCH_FULLNAME=${SQITCH_FULLNAME:-billet} SQITCH_EMAIL=${SQITCH_EMAIL:-billet@localhost}

cd "$sql_dir"
verb=$1
shift
sqitch "$verb" --target "$target" --registry "$database" --db-client "$scratch/client" "$@"
