#!/bin/bash
# findings/galera-alter-kills-readers.sh — with Galera an instant ALTER TABLE does not wait for open transactions: it ends them, those that only read as well.
#
# Versions: mariadbd 10.11.19 (Debian 12, 1:10.11.19-0+deb12u1), galera-4 26.4.23-0+deb12u1, seen on 2026-11-28.
# One would believe: adding a column with ALGORITHM=INSTANT disturbs nobody; at worst it waits for the transactions that have used the table, as it does on a
# server alone. A deadlock, 1213, is heard by statements that lock something.
# What happens: the change runs in total order on all nodes and may not wait there, so that whoever holds the table's metadata lock is thrown out, on a cluster of
# one node too. The victim hears 1213 at its next statement, whatever that is: a SELECT of a constant, the COMMIT, in a transaction that has only read. Its
# transaction is gone then and autocommit is back: a program that takes 1213 of a mere SELECT for harmless commits the second half of its work alone. So
# answer 1213 anywhere with the whole transaction anew, and expect it from readers while a schema changes.
# Seen (the operator adds a column and waits at most 2 s for locks):
#     alone, wrote, goes on:   operator hears 1205, transaction hears nothing, rows new new
#     alone, only read:        operator hears 1205, transaction hears nothing, rows old old
#     Galera, wrote, goes on:  operator hears nothing, transaction hears 1213 at SELECT 'harmless', rows old new
#     Galera, wrote, commits:  operator hears nothing, transaction hears 1213 at COMMIT, rows old old
#     Galera, only read:       operator hears nothing, transaction hears 1213 at SELECT 'harmless', rows old old
# Ends with 0 while this is so, with 1 when it has changed.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common/lab.sh"
unpack_mariadb
unpack galera-4=26.4.23-0+deb12u1
start_mariadb alone
start_mariadb cluster --wsrep-on=ON --wsrep-provider="$here/root/usr/lib/galera/libgalera_smm.so" --wsrep-cluster-address=gcomm:// \
    --wsrep-provider-options="gmcast.listen_addr=tcp://127.0.0.1:$((20000 + $$ % 10000))" --wsrep-node-address=127.0.0.1 \
    --binlog-format=ROW --innodb-autoinc-lock-mode=2

heard() { # heard FILE: the error and the statement that heard it, in the client's own report
    sed -n "/^ERROR/{s/^ERROR \([0-9]*\).*/\1/; G; s/\n/ at /p}; /^[A-Z][A-Z]* *[^:]*$/h" "$1" | grep . || echo nothing
}
say() { # say WORDS SERVER FIRST THEN: a transaction, the operator's change between its two halves
    local server=$2 writer
    until_true sql "$server" root -e "CREATE OR REPLACE DATABASE shop"
    sql "$server" root shop -e "CREATE TABLE orders (id INT PRIMARY KEY, what VARCHAR(9)); INSERT INTO orders VALUES (1, 'old'), (2, 'old')"
    rm -f to && mkfifo to
    sql "$server" root --force --unbuffered shop <to >out.txt 2>told.txt &
    writer=$!
    exec 9>to
    echo "BEGIN; $3; SELECT 'first half';" >&9
    until_true grep 'first half' out.txt
    sql "$server" root shop -e 'SET lock_wait_timeout = 2; ALTER TABLE orders ADD COLUMN more INT, ALGORITHM=INSTANT' 2>operator.txt || true
    echo "$4" >&9
    exec 9>&-
    wait "$writer" || true
    printf '%-24s operator hears %s, transaction hears %s, rows %s\n' "$1:" "$(heard operator.txt | cut -d ' ' -f 1)" "$(heard told.txt)" \
        "$(sql "$server" root shop -e 'SELECT what FROM orders ORDER BY id' | paste -sd ' ')"
}
write="UPDATE orders SET what = 'new' WHERE id = 1"
goes_on="SELECT 'harmless'; UPDATE orders SET what = 'new' WHERE id = 2; COMMIT;"
{
    say 'alone, wrote, goes on' alone "$write" "$goes_on"
    say 'alone, only read' alone 'SELECT * FROM orders' "SELECT 'harmless'; COMMIT;"
    say 'Galera, wrote, goes on' cluster "$write" "$goes_on"
    say 'Galera, wrote, commits' cluster "$write" 'COMMIT;'
    say 'Galera, only read' cluster 'SELECT * FROM orders' "SELECT 'harmless'; COMMIT;"
} >seen
as_expected <<'END'
alone, wrote, goes on:   operator hears 1205, transaction hears nothing, rows new new
alone, only read:        operator hears 1205, transaction hears nothing, rows old old
Galera, wrote, goes on:  operator hears nothing, transaction hears 1213 at SELECT 'harmless', rows old new
Galera, wrote, commits:  operator hears nothing, transaction hears 1213 at COMMIT, rows old old
Galera, only read:       operator hears nothing, transaction hears 1213 at SELECT 'harmless', rows old old
END
