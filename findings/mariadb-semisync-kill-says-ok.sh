#!/bin/bash
# findings/mariadb-semisync-kill-says-ok.sh — KILL QUERY on a COMMIT that waits for its replica makes the server answer OK, unreplicated.
#
# Versions: mariadbd and mariadb 10.11.19 (Debian 12, 1:10.11.19-0+deb12u1), seen on 2026-11-28.
# One would believe: with semi-synchronous replication (AFTER_SYNC) OK means that a replica has the transaction, or that the time-out has passed and
# Rpl_semi_sync_master_status says OFF. A statement that is killed or takes longer than max_statement_time ends with an error.
# What happens: the wait for the acknowledgement ends by KILL QUERY as if it had come: the client gets OK, no error and no warning, and the status stays
# ON. A pool or a watchdog that kills slow queries so turns "not yet safe" into "done". max_statement_time is not looked at in that wait, neither while it
# lasts nor after it. KILL closes the connection: the outcome is unknown to the client, and the row is there. The one bound on the wait is
# rpl_semi_sync_master_timeout: set it below the application's own deadline, and kill connections, not queries.
# Only the counter Rpl_semi_sync_master_no_tx tells of it.
# Seen (no replica is connected, the server waits for one all the same, as it does by default; time-out 6 s):
#     KILL QUERY:           answer OK, warnings 0, waited < 6 s, status ON, rows 1, unacknowledged 1
#     KILL:                 answer connection lost, waited < 6 s, status ON, rows 1, unacknowledged 2
#     max_statement_time 1: answer OK, warnings 0, waited >= 6 s, status OFF, rows 1, unacknowledged 3
# Ends with 0 while this is so, with 1 when it has changed.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common/lab.sh"
unpack_mariadb
start_mariadb shop --server-id=1 --log-bin --rpl-semi-sync-master-timeout=6000 --rpl-semi-sync-master-wait-point=AFTER_SYNC
sql shop root -e 'CREATE DATABASE shop; CREATE TABLE shop.orders (id INT); SET GLOBAL rpl_semi_sync_master_enabled = ON'

status_of() { sql shop root -e "SHOW STATUS LIKE 'Rpl_semi_sync_master_$1'" | cut -f 2; }
waiting() { sql shop root -e "SELECT id FROM information_schema.processlist WHERE state LIKE '%semi-sync ACK%'" | grep .; }
say() { # say WORDS SETTING [KILL]: what the writer hears
    local started=$SECONDS answer=OK writer warnings
    sql shop root -e "$2 INSERT INTO shop.orders VALUES (${#1}); SHOW COUNT(*) WARNINGS" >out.txt 2>err.txt &
    writer=$!
    until_true waiting
    if [ $# = 3 ]; then sql shop root -e "$3 $(waiting)"; fi
    wait "$writer" || answer=$(sed -n 's|^ERROR 20[01][0-9] .*|connection lost|p' err.txt)
    [ -s out.txt ] && warnings=", warnings $(<out.txt)" || warnings=''
    printf '%-21s answer %s%s, waited %s 6 s, status %s, rows %d, unacknowledged %d\n' "$1:" "$answer" "$warnings" "$([ $((SECONDS - started)) -lt 5 ] && echo '<' || echo '>=')" \
        "$(status_of status)" "$(sql shop root -e "SELECT count(*) FROM shop.orders WHERE id = ${#1}")" "$(status_of no_tx)"
}
{
    say 'KILL QUERY' '' 'KILL QUERY'
    say KILL '' KILL
    say 'max_statement_time 1' 'SET max_statement_time = 1;'
} >seen
as_expected <<'END'
KILL QUERY:           answer OK, warnings 0, waited < 6 s, status ON, rows 1, unacknowledged 1
KILL:                 answer connection lost, waited < 6 s, status ON, rows 1, unacknowledged 2
max_statement_time 1: answer OK, warnings 0, waited >= 6 s, status OFF, rows 1, unacknowledged 3
END
