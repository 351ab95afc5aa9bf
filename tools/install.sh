#!/bin/bash
# tools/install.sh — Installs what `make` has built: DESTDIR=/tmp/x PREFIX=/usr/local BUILD_DIR=build/release WEB_DIR=build/www tools/install.sh
#
# Programs, schema and web client go below PREFIX, configuration below /etc, everything below DESTDIR. Files that an operator may have edited
# (billet.toml, trusted-addresses.conf, limits.conf) are never overwritten. Nothing is started, no account is made.
set -euo pipefail
repo_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
dest=${DESTDIR:-} prefix=${PREFIX:-/usr/local}
build=${BUILD_DIR:-$repo_dir/build/release} web=${WEB_DIR:-$repo_dir/build/www}

die() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}
case $prefix in
    /*) prefix=${prefix%/} ;;
    *) die "PREFIX must be an absolute path, not '$prefix'" ;;
esac
[[ $prefix =~ ^[A-Za-z0-9/._+-]+$ ]] || die "PREFIX '$prefix' must be free of blanks and special characters: it goes into unit files"

# systemd reads units below /usr and /usr/local; for any other prefix they go to /etc.
case $prefix in
    /usr | /usr/local) lib=$prefix/lib ;;
    *) lib=/etc ;;
esac
units=$lib/systemd/system
share=$prefix/share/billet doc=$prefix/share/doc/billet

for program in billet-api billet-wsd billetctl; do [ -x "$build/$program" ] || die "$build/$program is missing: run make first"; done
[ -f "$web/index.html" ] || die "$web/index.html is missing: run make web first"
[ -f "$repo_dir/sql/sqitch.plan" ] || die "sql/sqitch.plan is missing: the source tree is incomplete"
[ -f "$repo_dir/billet.toml" ] || die "billet.toml is missing: the source tree is incomplete"

# put MODE FILE TARGET — with the installed paths in it.
put() { install -D -m "$1" "$2" "$dest$3"; }
put_text() {
    local text
    text=$(<"$2")
    install -d "$dest${3%/*}"
    printf '%s\n' "${text//\/usr\/local\//$prefix/}" >"$dest$3"
    chmod "$1" "$dest$3"
}
# keep MODE FILE TARGET — never over a file that is there; ours then lies beside it, ending in .new, if it differs.
kept=()
keep() {
    rm -f "$dest$3.new"
    if [ ! -e "$dest$3" ]; then
        put_text "$@"
        return
    fi
    put_text "$1" "$2" "$3.new"
    if cmp -s "$dest$3" "$dest$3.new"; then rm -f "$dest$3.new"; else kept+=("$3"); fi
}
# put_tree FOLDER TARGET — all files, without what an earlier version had left there.
put_tree() {
    local file
    rm -rf "${dest:?}$2"
    while IFS= read -r -d '' file; do put 644 "$1/$file" "$2/$file"; done < <(cd "$1" && find . -type f -printf '%P\0')
}
# An empty DESTDIR is the machine itself; the guard of put_tree then has the path alone.
[ -n "$dest" ] || dest=/.

for program in billet-api billet-wsd billetctl; do put 755 "$build/$program" "$prefix/bin/$program"; done
put 755 "$repo_dir/tools/stack/migrate.sh" "$prefix/bin/billet-migrate"
put_tree "$repo_dir/sql" "$share/sql"
put_tree "$web" "$share/www"
rm -rf "${dest:?}$share/www/demo" # of the private stack
put 644 "$repo_dir/tools/stack/grants.sql" "$share/grants.sql"
put 644 "$repo_dir/tools/stack/templates/redis.acl" "$share/redis.acl"

for unit in "$repo_dir"/systemd/*.{service,socket,timer,target}; do put_text 644 "$unit" "$units/${unit##*/}"; done
put_text 644 "$repo_dir/systemd/billet.sysusers" "$lib/sysusers.d/billet.conf"
put_text 644 "$repo_dir/systemd/billet.tmpfiles" "$lib/tmpfiles.d/billet.conf"

for file in "$repo_dir"/nginx/*.conf "$repo_dir"/nginx/*.example "$repo_dir"/nginx/README.md; do
    name=${file##*/}
    case $name in
        trusted-addresses.conf | limits.conf) keep 644 "$file" "/etc/nginx/billet/$name" ;;
        *) put_text 644 "$file" "/etc/nginx/billet/$name" ;;
    esac
done
keep 644 "$repo_dir/billet.toml" /etc/billet/billet.toml
install -d -m 700 "$dest/etc/billet/keys"

# The texts keep their places to each other, so that their links lead somewhere.
texts=({README,CHANGELOG,CONTRIBUTING}.md LICENSE NOTICE billet.toml {systemd,nginx,nginx/www,sql}/README.md tools/stack/grants.sql)
for file in "$repo_dir"/docs/*.md; do texts+=("docs/${file##*/}"); done
for file in "${texts[@]}"; do put_text 644 "$repo_dir/$file" "$doc/$file"; done

where=${dest#/.}
echo "Billet is installed${where:+ below $where}: programs in $prefix/bin, units in $units, nginx files in /etc/nginx/billet, configuration /etc/billet/billet.toml."
echo "For host pages that pin the chat's script (name, and what its integrity attribute must be): $(<"$web/embed.integrity.txt")"
for file in "${kept[@]}"; do echo "  $file was there and stays as it is; ours is $file.new"; done
cat <<END
Next, as root ($doc/systemd/README.md has each step in full):
  1. systemd-sysusers && systemd-tmpfiles --create billet.conf && systemctl daemon-reload
  2. keys and passwords in /etc/billet/keys; database users; Redis users
  3. systemctl start billet-migrate && mariadb billet <$share/grants.sql
  4. cp /etc/nginx/billet/nginx.conf.example /etc/nginx/nginx.conf (or take it into yours), nginx -t, reload nginx
  5. systemctl enable --now billet.target billet-api.socket billet-api-relay.socket billet-prune.timer billet-api@{1,2} billet-wsd@{1,2}
  6. curl http://127.0.0.1:8080/readyz
END
