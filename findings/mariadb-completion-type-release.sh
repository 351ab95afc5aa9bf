#!/bin/bash
# findings/mariadb-completion-type-release.sh — a global completion_type makes every COMMIT hang up.
#
# Versions: mariadbd and mariadb 10.11.19 (Debian 12, 1:10.11.19-0+deb12u1), seen on 2026-11-28.
# One would believe: after a COMMIT that succeeded the connection is there for the next statement.
# What happens: completion_type may be set globally, and new sessions take it over. With RELEASE a plain COMMIT or ROLLBACK is COMMIT RELEASE or
# ROLLBACK RELEASE: it succeeds, and the server closes the connection. The next statement fails with 2006 or 2013, which reads like a server that
# went away: a program that then repeats its transaction writes it twice. Statements in autocommit are not touched. A program that keeps
# connections sets completion_type for its session when it connects.
# Seen:
#     NO_CHAIN, COMMIT:     next statement answered, rows kept 1
#     NO_CHAIN, ROLLBACK:   next statement answered, rows kept 0
#     RELEASE, COMMIT:      next statement connection lost, rows kept 1
#     RELEASE, ROLLBACK:    next statement connection lost, rows kept 0
#     RELEASE, autocommit:  next statement answered, rows kept 1
#     RELEASE, session set: next statement answered, rows kept 1
# Ends with 0 while this is so, with 1 when it has changed.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common/lab.sh"
unpack_mariadb
start_mariadb shop

sql shop root -e 'CREATE DATABASE shop; CREATE TABLE shop.orders (id INT)'
say() { # say WORDS STATEMENTS
    local next=answered
    sql shop root -e 'DELETE FROM shop.orders'
    if ! sql shop root shop -e "$2; SELECT 1" >out.txt 2>err.txt; then
        grep -qE 'ERROR (2006|2013) ' err.txt && next='connection lost' || next=$(<err.txt)
    fi
    printf '%-21s next statement %s, rows kept %d\n' "$1:" "$next" "$(sql shop root -e 'SELECT count(*) FROM shop.orders')"
}
write='BEGIN; INSERT INTO orders VALUES (1)'
{
    say 'NO_CHAIN, COMMIT' "$write; COMMIT"
    say 'NO_CHAIN, ROLLBACK' "$write; ROLLBACK"
    sql shop root -e "SET GLOBAL completion_type = 'RELEASE'"
    say 'RELEASE, COMMIT' "$write; COMMIT"
    say 'RELEASE, ROLLBACK' "$write; ROLLBACK"
    say 'RELEASE, autocommit' 'INSERT INTO orders VALUES (1)'
    say 'RELEASE, session set' "SET completion_type = 'NO_CHAIN'; $write; COMMIT"
} >seen
as_expected <<'END'
NO_CHAIN, COMMIT:     next statement answered, rows kept 1
NO_CHAIN, ROLLBACK:   next statement answered, rows kept 0
RELEASE, COMMIT:      next statement connection lost, rows kept 1
RELEASE, ROLLBACK:    next statement connection lost, rows kept 0
RELEASE, autocommit:  next statement answered, rows kept 1
RELEASE, session set: next statement answered, rows kept 1
END
