#!/bin/bash
# findings/sqitch-registry-dump.sh — a dump of sqitch's registry as mariadb-dump makes it by default restores to one that takes no further change.
#
# Versions: the registry of sqitch 1.3.1-1, MariaDB 10.11.19 (Debian 12, 1:10.11.19-0+deb12u1), seen on 2026-11-28.
# One would believe: a dump that ends with status 0 and restores with status 0 is a registry that works.
# What happens: the registry checks its dependencies by triggers which call the function checkit. mariadb-dump writes triggers by default and functions
# only with --routines; a trigger is created without its function being there. The restored tables have every row, and mariadb-check finds nothing.
# The first row in `dependencies`, which sqitch writes for each change that requires another, fails: 1305, there is no such function. It is seen
# at the next upgrade, maybe long after. So dump with --routines, or prove that the function is there after a restore.
# (In 1.5.2, which Debian 13 has, the triggers do without the function.)
# Seen (the registry's SQL from the package, its rows written by plain INSERTs; sqitch itself does not run here):
#     as it was:        changes 1, triggers 2, functions 1, a dependency: taken
#     dump by default:  changes 1, triggers 2, functions 0, a dependency: error 1305
#     with --routines:  changes 1, triggers 2, functions 1, a dependency: taken
# Ends with 0 while this is so, with 1 when it has changed.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common/lab.sh"
unpack_mariadb
unpack sqitch=1.3.1-1
start_mariadb shop

sql shop root -e 'CREATE DATABASE registry; CREATE DATABASE plain; CREATE DATABASE whole'
sql shop root registry <root/usr/share/perl5/App/Sqitch/Engine/mysql.sql
sql shop root registry -e "INSERT INTO projects VALUES ('shop', NULL, now(), 'someone', 'someone@example.org');
    INSERT INTO changes VALUES ('c1', 's1', 'orders', 'shop', '', now(), 'someone', 'someone@example.org', now(), 'someone', 'someone@example.org')"
dump shop root --single-transaction registry >plain.sql
dump shop root --single-transaction --routines registry >whole.sql
sql shop root plain <plain.sql
sql shop root whole <whole.sql

count() { sql shop root information_schema -e "SELECT count(*) FROM $1 WHERE $2 = '$3'"; }
say() { # say WORDS DATABASE
    local answer=taken
    sql shop root "$2" -e "INSERT INTO dependencies VALUES ('c1', 'require', 'orders', 'c1')" 2>err.txt || answer="error $(sed -n 's/^ERROR \([0-9]*\) .*/\1/p' err.txt)"
    printf '%-17s changes %d, triggers %d, functions %d, a dependency: %s\n' "$1:" "$(sql shop root "$2" -e 'SELECT count(*) FROM changes')" \
        "$(count triggers trigger_schema "$2")" "$(count routines routine_schema "$2")" "$answer"
}
{
    say 'as it was' registry
    say 'dump by default' plain
    say 'with --routines' whole
} >seen
as_expected <<'END'
as it was:        changes 1, triggers 2, functions 1, a dependency: taken
dump by default:  changes 1, triggers 2, functions 0, a dependency: error 1305
with --routines:  changes 1, triggers 2, functions 1, a dependency: taken
END
