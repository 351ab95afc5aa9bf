#!/bin/bash
# findings/mariadb-dump-leaves-out.sh — mariadb-dump by a user with too few rights: of some things it says so, others it leaves out in silence.
#
# Versions: mariadb-dump and mariadbd 10.11.19 (Debian 12, 1:10.11.19-0+deb12u1), seen on 2026-11-28.
# One would believe: a dump with --triggers (the default), --routines and --events has them, or fails.
# What happens: it depends on whether the user may know that they exist. A trigger without the right TRIGGER and a function without any right to it are
# not there for the user: the status is 0, nothing is said, the last line is "-- Dump completed", and they are not in it. One right more makes it
# worse and then better: with EXECUTE the function is seen and not its body, and the dump fails. Views and events fail at once.
# So neither status nor last line proves a backup whole: prove the user's rights, or count in the dump what the server has.
# Seen (a database with one table and one thing more; each user may SELECT and LOCK TABLES on it):
#     trigger:                           status 0, stderr silent, complete yes, things 0
#     trigger, with TRIGGER:             status 0, stderr silent, complete yes, things 1
#     function:                          status 0, stderr silent, complete yes, things 0
#     function, with EXECUTE:            status 2, stderr speaks, complete no, things 0
#     function, SELECT on mysql.proc:    status 0, stderr silent, complete yes, things 1
#     event:                             status 2, stderr speaks, complete no, things 0
#     view:                              status 2, stderr speaks, complete no, things 0
# Ends with 0 while this is so, with 1 when it has changed.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common/lab.sh"
unpack_mariadb
start_mariadb shop

say() { # say WORDS OPTION THING [GRANT]...
    local words=$1 option=$2 thing=$3 status=0
    shift 3
    sql shop root -e "CREATE OR REPLACE DATABASE shop; CREATE TABLE shop.orders (id INT, touched INT); USE shop; $thing"
    sql shop root -e 'CREATE OR REPLACE USER keeper@localhost; GRANT SELECT, LOCK TABLES ON shop.* TO keeper@localhost'
    for grant in "$@"; do sql shop root -e "GRANT $grant TO keeper@localhost"; done
    dump shop keeper --single-transaction "$option" shop >dump.sql 2>dump.err || status=$?
    printf '%-34s status %d, stderr %s, complete %s, things %d\n' "$words:" "$status" "$([ -s dump.err ] && echo speaks || echo silent)" \
        "$(tail -n 1 dump.sql | grep -q '^-- Dump completed' && echo yes || echo no)" "$(grep -cE '^(/\*!.*)?CREATE.* (TRIGGER|FUNCTION|EVENT) ' dump.sql || true)"
}
trigger='CREATE TRIGGER touch BEFORE INSERT ON orders FOR EACH ROW SET NEW.touched = 1'
function='CREATE FUNCTION one() RETURNS INT RETURN 1'
{
    say trigger --triggers "$trigger"
    say 'trigger, with TRIGGER' --triggers "$trigger" 'TRIGGER ON shop.*'
    say function --routines "$function"
    say 'function, with EXECUTE' --routines "$function" 'EXECUTE ON shop.*'
    say 'function, SELECT on mysql.proc' --routines "$function" 'SELECT ON mysql.proc'
    say event --events 'CREATE EVENT later ON SCHEDULE AT now() + INTERVAL 1 YEAR DO DELETE FROM orders'
    say view --triggers 'CREATE VIEW latest AS SELECT * FROM orders'
} >seen
as_expected <<'END'
trigger:                           status 0, stderr silent, complete yes, things 0
trigger, with TRIGGER:             status 0, stderr silent, complete yes, things 1
function:                          status 0, stderr silent, complete yes, things 0
function, with EXECUTE:            status 2, stderr speaks, complete no, things 0
function, SELECT on mysql.proc:    status 0, stderr silent, complete yes, things 1
event:                             status 2, stderr speaks, complete no, things 0
view:                              status 2, stderr speaks, complete no, things 0
END
