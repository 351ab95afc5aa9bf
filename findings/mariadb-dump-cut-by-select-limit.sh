#!/bin/bash
# findings/mariadb-dump-cut-by-select-limit.sh — a global sql_select_limit cuts what clients read, and the backups as well.
#
# Versions: mariadb-dump and mariadbd 10.11.19 (Debian 12, 1:10.11.19-0+deb12u1), seen on 2026-11-28.
# One would believe: a limit that an operator sets against careless queries makes them fail or warn, and the tool that makes backups is proof against it.
# What happens: new sessions take the global value over, and every SELECT without a LIMIT of its own ends after so many rows, with no error and no
# warning. mariadb-dump reads the list of tables and their rows that way and does not set the variable for its session: of four tables two are in the
# dump, of five rows two, the status is 0, nothing is said on standard error, and the last line is "-- Dump completed". count(*) and INSERT ... SELECT
# are not touched, so that on the server all looks whole.
# A program sets the number 18446744073709551615 for its session; DEFAULT would be the global value again. mariadb-dump of this version has no option
# for it (--init-command is unknown to it): prove the global value before a dump.
# Seen (the first of 4 tables has 5 rows):
#     no limit:             SELECT 5 rows, 0 warnings, count(*) 5
#     dump, no limit:       status 0, 0 bytes on stderr, complete yes, tables 4, rows 5
#     limit 2:              SELECT 2 rows, 0 warnings, count(*) 5
#     limit 2, DEFAULT:     SELECT 2 rows, 0 warnings, count(*) 5
#     limit 2, the number:  SELECT 5 rows, 0 warnings, count(*) 5
#     dump, limit 2:        status 0, 0 bytes on stderr, complete yes, tables 2, rows 2
# Ends with 0 while this is so, with 1 when it has changed.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common/lab.sh"
unpack_mariadb
start_mariadb shop

sql shop root -e 'CREATE DATABASE shop; CREATE TABLE shop.a (id INT PRIMARY KEY); INSERT INTO shop.a VALUES (1), (2), (3), (4), (5);
    CREATE TABLE shop.b (id INT); CREATE TABLE shop.c (id INT); CREATE TABLE shop.d (id INT)'
read_as() { # read_as WORDS [STATEMENT]
    sql shop root shop -e "${2:-DO 0}; SELECT * FROM a" >rows.txt
    printf '%-21s SELECT %d rows, %d warnings, count(*) %d\n' "$1:" "$(wc -l <rows.txt)" \
        "$(sql shop root shop -e "${2:-DO 0}; SELECT * FROM a; SHOW COUNT(*) WARNINGS" | tail -n 1)" "$(sql shop root shop -e 'SELECT count(*) FROM a')"
}
dump_as() { # dump_as WORDS
    local status=0
    dump shop root --single-transaction --skip-extended-insert shop >dump.sql 2>dump.err || status=$?
    printf '%-21s status %d, %d bytes on stderr, complete %s, tables %d, rows %d\n' "$1:" "$status" "$(stat -c %s dump.err)" \
        "$(tail -n 1 dump.sql | grep -q '^-- Dump completed' && echo yes || echo no)" "$(grep -c '^CREATE TABLE' dump.sql)" "$(grep -c '^INSERT' dump.sql)"
}
{
    read_as 'no limit'
    dump_as 'dump, no limit'
    sql shop root -e 'SET GLOBAL sql_select_limit = 2'
    read_as 'limit 2'
    read_as 'limit 2, DEFAULT' 'SET SESSION sql_select_limit = DEFAULT'
    read_as 'limit 2, the number' 'SET SESSION sql_select_limit = 18446744073709551615'
    dump_as 'dump, limit 2'
} >seen
as_expected <<'END'
no limit:             SELECT 5 rows, 0 warnings, count(*) 5
dump, no limit:       status 0, 0 bytes on stderr, complete yes, tables 4, rows 5
limit 2:              SELECT 2 rows, 0 warnings, count(*) 5
limit 2, DEFAULT:     SELECT 2 rows, 0 warnings, count(*) 5
limit 2, the number:  SELECT 5 rows, 0 warnings, count(*) 5
dump, limit 2:        status 0, 0 bytes on stderr, complete yes, tables 2, rows 2
END
