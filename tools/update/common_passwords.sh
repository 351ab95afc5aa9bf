#!/bin/bash
# tools/update/common_passwords.sh — Writes lib/chat/common_passwords.inc anew, from the list that a release of Django carries (PyPI).
# To be run by hand, for a newer list: change the version, run, look at the difference, run the unit tests. Needs python3 with pip.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
version=5.2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
pip download --quiet --disable-pip-version-check --no-deps --dest "$scratch" "django==$version"
python3 -m zipfile -e "$scratch"/*.whl "$scratch"
{
    cat <<'END'
// lib/chat/common_passwords.inc — The passwords that people use most, one a line, lower case, in order of bytes. Written by tools/update/common_passwords.sh.
//
END
    echo "// Source: django/contrib/auth/common-passwords.txt.gz of Django $version. Licence (BSD-3-Clause):"
    echo '//'
    sed -e 's|^|// |' -e 's| *$||' "$scratch"/[dD]jango-"$version".dist-info/LICENSE
    printf '\nR"list(\n'
    zcat "$scratch/django/contrib/auth/common-passwords.txt.gz" | tr '[:upper:]' '[:lower:]' | sed '/^[[:space:]]*$/d' | LC_ALL=C sort -u
    printf ')list"\n'
} >"$scratch/list"
mv "$scratch/list" lib/chat/common_passwords.inc
chmod 0644 lib/chat/common_passwords.inc
