#!/bin/bash
# tools/stack/dev-db.sh DIR start|stop — Only a private MariaDB (with the schema) and Redis below DIR: for tests of the store and the bus.
# Afterwards: DIR/sock/{mariadb,redis}.sock, passwords in DIR/keys, and DIR/billet.toml that names them all.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
[ $# -eq 2 ] || { echo "usage: $0 DIR start|stop" >&2; exit 2; }
case $2 in
    start) RUN_DIR=$1 SERVICES="mariadb redis" exec "$here/start.sh" ;;
    stop) RUN_DIR=$1 exec "$here/stop.sh" ;;
    *) echo "usage: $0 DIR start|stop" >&2; exit 2 ;;
esac
