#!/bin/bash
# nginx/www/build.sh OUTDIR — Installs what package-lock.json says and builds the site root into OUTDIR. Does nothing when no source has changed.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
[ $# -eq 1 ] || { sed -n '2s/^# //p' "${BASH_SOURCE[0]}"; exit 2; }
mkdir -p "$(dirname "$1")"
out=$(realpath -m "$1")

# Two builds at once would tread on each other.
exec 9>"$out.lock"
flock 9

sources=$(cd "$here" && find src static demo package.json package-lock.json build.mjs ../../VERSION -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum)
if [ -f "$out/index.html" ] && [ "$(cat "$out.stamp" 2>/dev/null)" = "$sources" ]; then exit 0; fi

"$here/install.sh"
node "$here/build.mjs" "$out.new"
# New names first, the page that names them next, what is stale last: whoever loads meanwhile gets a whole page.
mkdir -p "$out"
cp -R "$out.new/." "$out/"
(cd "$out" && find . -type f -print0) | while IFS= read -r -d '' file; do
    [ -e "$out.new/$file" ] || rm -f "${out:?}/$file"
done
rm -rf "$out.new"
printf '%s\n' "$sources" >"$out.stamp"
