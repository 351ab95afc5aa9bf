#!/bin/bash
# findings/mariadb-dump-leaves-out.sh — mariadb-dump by a user who may read every table, and not its triggers.
#
# Versions: mariadb-dump and mariadbd 10.11.19 (Debian 12, 1:10.11.19-0+deb12u1), seen on 2026-11-28.
# One would believe: a user with SELECT on the whole database dumps it whole, or the dump fails: --triggers is on by default.
# What happens: the status is 0, nothing is said on standard error, the last line is "-- Dump completed", and the triggers are not in it. With
# the right TRIGGER the same command has them. So neither status nor last line proves a backup whole: the user's rights must be proved as well.
# Seen:
#     SELECT only:        status 0, 0 bytes on stderr, complete yes, tables 1, triggers 0
#     SELECT and TRIGGER: status 0, 0 bytes on stderr, complete yes, tables 1, triggers 1
# Ends with 0 while this is so, with 1 when it has changed.
set -euo pipefail
version=1:10.11.19-0+deb12u1
here=$(mktemp -d)
server=''
finish() {
    if [ -n "$server" ]; then kill "$server" && wait "$server"; fi 2>/dev/null || true
    rm -rf "$here"
}
trap finish EXIT

# The packages are unpacked, not installed: nothing of this machine changes.
cd "$here"
for package in mariadb-server-core mariadb-client mariadb-client-core mariadb-common; do
    apt-get download -q "$package=$version" >download.log 2>&1 || { cat download.log >&2 && exit 2; }
done
# What the server needs and a small machine may lack.
for package in liburing2 libaio1 libnuma1 libpcre2-8-0; do apt-get download -q "$package" >download.log 2>&1 || true; done
for file in *.deb; do dpkg -x "$file" root; done
LD_LIBRARY_PATH=$(find "$here/root" -name '*.so*' -printf '%h\n' | sort -u | paste -sd:)
export LD_LIBRARY_PATH

socket=$here/s
root/usr/bin/mariadb-install-db --no-defaults --force --basedir="$here/root/usr" --datadir="$here/data" --user="$(id -un)" \
    --auth-root-authentication-method=normal --skip-test-db >install.log 2>&1
root/usr/sbin/mariadbd --no-defaults --basedir="$here/root/usr" --datadir="$here/data" --socket="$socket" --pid-file="$here/pid" --user="$(id -un)" \
    --skip-networking --innodb-buffer-pool-size=16M >server.log 2>&1 &
server=$!
sql() { root/usr/bin/mariadb --no-defaults --socket="$socket" --user="$1" -e "$2"; }
for _ in $(seq 600); do
    sql root 'SELECT 1' >/dev/null 2>&1 && break
    sleep 0.1
done

sql root "CREATE DATABASE shop; CREATE TABLE shop.orders (id INT, touched INT);
    CREATE TRIGGER shop.touch BEFORE INSERT ON shop.orders FOR EACH ROW SET NEW.touched = 1;
    CREATE USER reader@localhost; GRANT SELECT, LOCK TABLES ON shop.* TO reader@localhost;
    CREATE USER keeper@localhost; GRANT SELECT, LOCK TABLES, TRIGGER ON shop.* TO keeper@localhost;"

seen_by() { # seen_by USER WORDS
    local status=0
    root/usr/bin/mariadb-dump --no-defaults --socket="$socket" --user="$1" --single-transaction shop >dump.sql 2>dump.err || status=$?
    printf '%-19s status %d, %d bytes on stderr, complete %s, tables %d, triggers %d\n' "$2:" "$status" "$(stat -c %s dump.err)" \
        "$(tail -n 1 dump.sql | grep -q '^-- Dump completed' && echo yes || echo no)" "$(grep -c '^CREATE TABLE' dump.sql)" "$(grep -c 'TRIGGER' dump.sql || true)"
}
seen_by reader 'SELECT only' | tee seen
seen_by keeper 'SELECT and TRIGGER' | tee -a seen
diff seen - <<'END' || { echo 'this has changed' >&2 && exit 1; }
SELECT only:        status 0, 0 bytes on stderr, complete yes, tables 1, triggers 0
SELECT and TRIGGER: status 0, 0 bytes on stderr, complete yes, tables 1, triggers 1
END
