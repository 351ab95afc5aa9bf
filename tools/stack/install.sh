#!/bin/bash
# tools/stack/install.sh — Copies what was built to its places below DESTDIR and PREFIX. Called by `make install`.
# Starts nothing, makes no account and never overwrites /etc/billet/billet.toml: what remains to be done is printed at the end.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
build_dir=${BUILD_DIR:-build/release}
dest=${DESTDIR:-}
prefix=${PREFIX:-/usr/local}
[[ $prefix == /* ]] || { echo "error: PREFIX must be an absolute path, not '$prefix'" >&2; exit 1; }
[ -z "$dest" ] || [[ $dest == /* ]] || dest=$PWD/$dest
share=$dest$prefix/share/billet
doc=$dest$prefix/share/doc/billet

put() { # put MODE DIRECTORY FILE…
    local mode=$1 directory=$2
    shift 2
    install -d -m 755 "$directory"
    install -m "$mode" -- "$@" "$directory/"
}
# Units and examples name /usr/local; another prefix is written into the copies.
with_prefix() { sed "s#/usr/local/#$prefix/#g" "$1" | install -D -m 644 /dev/stdin "$2"; }
copy_tree() { # copy_tree FROM TO: plain files only, world-readable
    local file
    (cd "$1" && find . -type f -print0) | while IFS= read -r -d '' file; do install -D -m 644 -- "$1/$file" "$2/$file"; done
}

put 755 "$dest$prefix/bin" "$build_dir/billet-api" "$build_dir/billet-wsd" "$build_dir/billetctl"
install -D -m 755 tools/stack/migrate.sh "$dest$prefix/bin/billet-migrate"
rm -rf "$share/sql" "$share/www"
copy_tree sql "$share/sql"
copy_tree build/www "$share/www"
put 644 "$share" tools/stack/grants.sql tools/stack/templates/redis.acl
for unit in systemd/*.service systemd/*.socket systemd/*.timer systemd/*.target; do with_prefix "$unit" "$dest$prefix/lib/systemd/system/${unit#systemd/}"; done
with_prefix systemd/billet.sysusers "$dest$prefix/lib/sysusers.d/billet.conf"
with_prefix systemd/billet.tmpfiles "$dest$prefix/lib/tmpfiles.d/billet.conf"
for file in nginx/*.conf nginx/*.example nginx/README.md; do with_prefix "$file" "$dest/etc/nginx/billet/${file#nginx/}"; done
with_prefix systemd/README.md "$doc/systemd.md"
for text in README.md CHANGELOG.md LICENSE; do [ ! -f "$text" ] || put 644 "$doc" "$text"; done
[ ! -d docs ] || copy_tree docs "$doc/docs"

toml=$dest/etc/billet/billet.toml
if [ -e "$toml" ]; then
    echo "$toml is left as it is; what ships with this version is $toml.new"
    toml=$toml.new
fi
install -D -m 644 billet.toml "$toml"

cat <<WORDS
installed below $dest$prefix, $dest/etc/billet and $dest/etc/nginx/billet
The first time, $prefix/share/doc/billet/systemd.md tells what remains: accounts, keys, database, Redis, nginx, start.
WORDS
