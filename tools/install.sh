#!/bin/bash
# tools/install.sh — Installs what `make` has built: DESTDIR=/tmp/x PREFIX=/usr/local BUILD_DIR=build/release WEB_DIR=build/www tools/install.sh
#
# Programs, schema and web client go below PREFIX, configuration below /etc, everything below DESTDIR. Files that an operator may have edited
# (billet.toml, operator.toml, trusted-addresses.conf, limits.conf) are never overwritten. Nothing is started, no account is made. It may run on a machine
# that serves: each file is replaced at once, one that is the same already is not touched, and assets of the version before stay a week for open pages.
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

manifest=$share/manifest
installed=()

# place MODE TEMPORARY TARGET — in one step, so that nobody sees half a file.
place() {
    installed+=("$3")
    if [ "$(stat -c %a "$dest$3" 2>/dev/null)" = "$1" ] && cmp -s "$2" "$dest$3"; then
        rm -f "$2"
        return
    fi
    chmod "$1" "$2"
    mv -fT "$2" "$dest$3"
}
# put MODE FILE TARGET, and put_text with the installed paths in it.
put() {
    install -D -m 600 "$2" "$dest$3.part"
    place "$1" "$dest$3.part" "$3"
}
put_text() {
    local text
    text=$(<"$2")
    install -d "$dest${3%/*}"
    printf '%s\n' "${text//\/usr\/local\//$prefix/}" >"$dest$3.part"
    place "$1" "$dest$3.part" "$3"
}
# keep MODE FILE TARGET — never over a file that is there; ours then lies beside it, ending in .new, if it differs.
kept=()
keep() {
    if [ ! -e "$dest$3" ]; then
        rm -f "$dest$3.new"
        put_text "$@"
        return
    fi
    put_text "$1" "$2" "$3.new"
    if cmp -s "$dest$3" "$dest$3.new"; then rm -f "$dest$3.new"; else kept+=("$3"); fi
    installed+=("$3")
}
# put_tree FOLDER TARGET [LAST] — all files but the private stack's demo/, that named LAST after the others: what it points at is there first.
put_tree() {
    local file
    while IFS= read -r -d '' file; do
        [ "$file" = "${3:-}" ] || put 644 "$1/$file" "$2/$file"
    done < <(cd "$1" && find . -path ./demo -prune -o -type f -printf '%P\0')
    [ -z "${3:-}" ] || put 644 "$1/$3" "$2/$3"
}
# What earlier versions installed and this one does not. Pages that are open still ask for their assets, and host pages for the embed.js that they pin:
# those stay for a week.
remove_stale() {
    local file old
    old=$(cat "$dest$manifest" 2>/dev/null; cd "$dest/" && find "${share#/}"/{sql,www} -type f -printf '/%p\n' 2>/dev/null) || true
    while IFS= read -r file; do
        case $file in
            "$share"/www/assets/* | "$share"/www/embed-*)
                if grep -qxF -- "$file" "$dest$manifest" 2>/dev/null || [ ! -e "$dest$manifest" ]; then
                    touch "$dest$file"
                elif [ -n "$(find "$dest$file" -mtime +7)" ]; then
                    rm -f "$dest$file"
                fi
                ;;
            *) rm -f "$dest$file" ;;
        esac
    done < <(sort -u <<<"$old" | grep -vxF -f <(printf '%s\n' "${installed[@]}") | grep .)
}
# An empty DESTDIR is the machine itself; the guard of put_tree then has the path alone.
[ -n "$dest" ] || dest=/.

for program in billet-api billet-wsd billetctl; do put 755 "$build/$program" "$prefix/bin/$program"; done
put 755 "$repo_dir/tools/stack/migrate.sh" "$prefix/bin/billet-migrate"
put_text 755 "$repo_dir/tools/setup.sh" "$prefix/bin/billet-setup"
put_text 755 "$repo_dir/tools/uninstall.sh" "$prefix/bin/billet-uninstall"
put_tree "$repo_dir/sql" "$share/sql" sqitch.plan
# The page last, after everything that it loads.
put_tree "$web" "$share/www" index.html
put 644 "$repo_dir/tools/stack/grants.sql" "$share/grants.sql"
put 644 "$repo_dir/tools/stack/templates/redis.acl" "$share/redis.acl"
for file in mariadb.cnf database.sql redis.conf; do put 644 "$repo_dir/systemd/$file" "$share/$file"; done

for unit in "$repo_dir"/systemd/*.{service,socket,timer,target}; do put_text 644 "$unit" "$units/${unit##*/}"; done
put_text 644 "$repo_dir/systemd/nginx-restart.conf" "$units/nginx.service.d/billet.conf"
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
keep 644 "$repo_dir/systemd/operator.toml" /etc/billet/operator.toml
install -d -m 700 "$dest/etc/billet/keys"

# The texts keep their places to each other, so that their links lead somewhere.
texts=({README,CHANGELOG,CONTRIBUTING,SECURITY}.md LICENSE NOTICE billet.toml {systemd,nginx,nginx/www,sql}/README.md tools/stack/grants.sql)
for file in "$repo_dir"/docs/{,decisions/}*.md; do texts+=("${file#"$repo_dir"/}"); done
for file in "${texts[@]}"; do put_text 644 "$repo_dir/$file" "$doc/$file"; done

remove_stale
# Read by billet-uninstall.
printf '%s\n' "${installed[@]}" | sort -u | while IFS= read -r file; do [ ! -e "$dest$file" ] || printf '%s\n' "$file"; done >"$dest$manifest.part"
place 644 "$dest$manifest.part" "$manifest"

where=${dest#/.}
echo "Billet is installed${where:+ below $where}: programs in $prefix/bin, units in $units, nginx files in /etc/nginx/billet, configuration /etc/billet/billet.toml."
echo "For host pages that pin the chat's script (name, and what its integrity attribute must be): $(<"$web/embed.integrity.txt")"
for file in "${kept[@]}"; do echo "  $file was there and stays as it is; ours is $file.new"; done
cat <<END
Next, as root: $prefix/bin/billet-setup makes this machine serve it, or the version that was installed just now, and tells each step
(--dry-run: without doing it). The same by hand: $doc/systemd/README.md.
END
