#!/bin/bash
# findings/mariadb-nowait-in-compound.sh — a compound statement takes SKIP LOCKED and refuses NOWAIT.
#
# Versions: mariadbd and mariadb 10.11.19 (Debian 12, 1:10.11.19-0+deb12u1), seen on 2026-11-28.
# One would believe: what a SELECT may say about the locks of others, it may say between BEGIN NOT ATOMIC and END too; or none of it.
# What happens: NOWAIT and WAIT n are refused there as if in a stored procedure (error 1314), prepared or not, while SKIP LOCKED is fine. NOWAIT is the
# setting innodb_lock_wait_timeout = 0 for one statement, and SET STATEMENT may say that in a compound: then the lock of another ends it at once (1205),
# and the transaction that it has begun is open. A program that begins its transaction and takes its first lock in one round trip can write it so.
# Seen:
#     plain, NOWAIT:            1205
#     compound, NOWAIT:         1314
#     compound, WAIT 1:         1314
#     compound, SKIP LOCKED:    no row
#     compound, SET STATEMENT:  1205
#     prepared, SET STATEMENT:  1205
# Ends with 0 while this is so, with 1 when it has changed.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common/lab.sh"
unpack_mariadb
start_mariadb shop

sql shop root -e 'CREATE DATABASE shop; CREATE TABLE shop.orders (id INT PRIMARY KEY) ENGINE = InnoDB; INSERT INTO shop.orders VALUES (1)'
sql shop root shop -e 'BEGIN; SELECT id FROM orders WHERE id = 1 FOR UPDATE; DO SLEEP(60)' >/dev/null 2>&1 &
holder=$!
until [ "$(sql shop root -e 'SELECT count(*) FROM information_schema.innodb_trx')" = 1 ]; do sleep 0.1; done

lock='SELECT id FROM orders WHERE id = 1 FOR UPDATE'
zero='SET STATEMENT innodb_lock_wait_timeout = 0 FOR'
say() { # say WORDS STATEMENTS
    local outcome='no row'
    if ! sql shop root shop -e "$2" >out.txt 2>err.txt; then outcome=$(sed -nE 's/.*ERROR ([0-9]+).*/\1/p' err.txt); fi
    [ ! -s out.txt ] || outcome='a row'
    printf '%-25s %s\n' "$1:" "$outcome"
}
compound() { printf 'DELIMITER //\nBEGIN NOT ATOMIC START TRANSACTION; %s; END//' "$1"; }
{
    say 'plain, NOWAIT' "$lock NOWAIT"
    say 'compound, NOWAIT' "$(compound "$lock NOWAIT")"
    say 'compound, WAIT 1' "$(compound "$lock WAIT 1")"
    say 'compound, SKIP LOCKED' "$(compound "$lock SKIP LOCKED")"
    say 'compound, SET STATEMENT' "$(compound "$zero $lock")"
    say 'prepared, SET STATEMENT' "PREPARE one FROM 'BEGIN NOT ATOMIC START TRANSACTION; $zero $lock; END'; EXECUTE one"
} >seen
sql shop root -e 'SELECT CONCAT("KILL ", id) FROM information_schema.processlist WHERE info LIKE "DO SLEEP%"' | sql shop root
wait "$holder" || true
as_expected <<'END'
plain, NOWAIT:            1205
compound, NOWAIT:         1314
compound, WAIT 1:         1314
compound, SKIP LOCKED:    no row
compound, SET STATEMENT:  1205
prepared, SET STATEMENT:  1205
END
