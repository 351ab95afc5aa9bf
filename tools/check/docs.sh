#!/bin/bash
# tools/check/docs.sh — The texts say what is so: links lead somewhere, names exist, nothing is left out, and the README's first chat works.
# Run through on_stack.sh (with the default limits); without a stack the first chat counts as failed. First proves on a broken text that it can
# fail. The last line is "N passed, N failed".
# shellcheck disable=SC2016  # backquotes are the texts' own
set -uo pipefail
# The last command of a pipe runs in this shell, so that it can count.
shopt -s lastpipe
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
export LC_ALL=C.UTF-8
passed=0 failed=0
width_max=160

pass() { passed=$((passed + 1)); }
fail() {
    failed=$((failed + 1))
    echo "failed: $*"
}
# faultless SENTENCE, with a line on stdin for each fault: one case, which fails once for all of them.
faultless() {
    local faults
    faults=$(cat)
    if [ -z "$faults" ]; then pass; else fail "$1:"$'\n'"$faults"; fi
}
# Words on stdin that FILE does not have as a whole word between backquotes, blanks or the like.
missing_in() {
    local word
    while read -r word; do grep -qE -- "(^|[^[:alnum:]_])$word([^[:alnum:]_]|\$)" "$1" || echo "$1 does not mention $word"; done
}

texts() { git ls-files --cached --others --exclude-standard -- '*.md' 2>/dev/null || find . -name '*.md' -not -path '*/node_modules/*'; }
ours() { ls README.md CONTRIBUTING.md CHANGELOG.md SECURITY.md docs/*.md docs/decisions/*.md; }

# The anchors of a text, as web pages make them of headings.
anchors() { sed -nE 's/^#{1,6} +(.*)$/\1/p' "$1" | tr '[:upper:]' '[:lower:]' | sed -E 's/[^[:alnum:]_ -]//g; s/ /-/g'; }

dead_links() { # dead_links FILE
    local link path anchor
    while read -r link; do
        case $link in *://* | mailto:*) continue ;; esac
        path=${link%%#*} anchor=
        [[ $link != *#* ]] || anchor=${link#*#}
        if [ -z "$path" ]; then path=$1; else path=$(dirname "$1")/$path; fi
        if [ ! -e "$path" ]; then
            echo "$1 leads to $link, which is not there"
        elif [ -n "$anchor" ] && ! anchors "$path" | grep -qxF -- "$anchor"; then
            echo "$1 leads to $link: no such heading"
        fi
    done < <(sed '/^ *```/,/^ *```/d' "$1" | sed -E 's/`[^`]*`//g' | grep -oE '\]\([^) ]+\)' | sed 's/^](//; s/)$//')
}

long_lines() { grep -HnE "^[^|].{$width_max,}" "$@" | cut -c 1-80; }

# Names of the form `[section] option` that billet.toml does not have.
unknown_options() {
    local section option
    grep -ohE '`\[[a-z_]+\] [a-z_]+`' "$@" | tr -d '`[' | sort -u | while IFS='] ' read -r section option; do
        awk -v section="[$section]" -v option="$option" '
            /^#?\[/ { here = ($1 == section || $1 == "#" section) }
            here && $0 ~ "^#?" option " = " { found = 1 }
            END { exit !found }' billet.toml || echo "no option [$section] $option in billet.toml"
    done
}

# Files beside VERSION and the changelog that spell a version out. Lock files name those of others.
spelling_of_version() { # spelling_of_version VERSION FOLDER
    (cd "$2" && grep -rIlE --exclude-dir={.git,.cache,build,run,node_modules,findings} --exclude={VERSION,CHANGELOG.md,package-lock.json,compile_commands.json} \
        "(^|[^0-9.])${1//./\\.}([^0-9.]|\$)" .)
}

self_test() {
    local scratch
    scratch=$(mktemp -d)
    printf '# One two\n[a](#one-two) [b](#three) [c](gone.md)\n```\n[d](also-gone.md)\n```\n%0200d\n`[api] threads` `[api] threds` 9.9.8\n' 1 >"$scratch/bad.md"
    [ "$(dead_links "$scratch/bad.md" | wc -l)" -eq 2 ] && [ "$(long_lines "$scratch/bad.md" | wc -l)" -eq 1 ] &&
        [ "$(unknown_options "$scratch/bad.md")" = "no option [api] threds in billet.toml" ] && [ "$(echo threds | missing_in billet.toml | wc -l)" -eq 1 ] &&
        [ "$(spelling_of_version 9.9.8 "$scratch")" = ./bad.md ] && [ -z "$(spelling_of_version 9.9 "$scratch")" ]
    local status=$?
    rm -rf "$scratch"
    return $status
}
if self_test; then pass; else fail "docs.sh does not find the faults that were made for it"; fi

mapfile -t own < <(ours)
while read -r text; do dead_links "$text" | faultless "links of $text"; done < <(texts)
long_lines "${own[@]}" | faultless "lines of at most $width_max columns"
unknown_options "${own[@]}" | faultless "options exist"
version=$(<VERSION)
{
    spelling_of_version "$version" . | sed 's/$/ spells the version out/'
    grep -E '^## ' CHANGELOG.md | head -n 1 | grep -qE "^## ${version//./\\.}(, |\$)" || echo "the newest heading of CHANGELOG.md is not $version"
} | faultless "the version stands in VERSION alone"

# Everything that a person may type, look up or meet.
grep -ohE '`[^`]*`|^make .*' "${own[@]}" | grep -oE '\bmake [a-z][a-z0-9_-]*' | sed 's/^make //' | sort -u |
    while read -r target; do grep -qE "^[a-z0-9_ -]*\b$target:" Makefile || echo "no target $target in the Makefile"; done | faultless "make targets exist"
sed -nE 's/^ *Route\{"[a-z_]+", *"([A-Z]+)", *"([^"]+)".*$/\1 \2/p' fcgi/routes.cpp |
    while read -r route; do grep -qF -- "\`$route\`" docs/protocol.md || echo "docs/protocol.md has no $route"; done | faultless "every route is in the contract"
awk '/^#?\[/ { here = ($1 == "[limits]") } here && match($0, /^#?[a-z_]+ = /) { sub(/^#/, ""); print $1 }' billet.toml | missing_in docs/protocol.md | faultless "every limit is in the contract"
grep -oE '"billet_[a-z_]+"' lib/base/metrics.h | tr -d '"' | missing_in docs/operations.md | faultless "every metric is in docs/operations.md"
grep -ohE '\bbillet_[a-z_]+_(total|seconds|bytes|up|waiting)\b' "${own[@]}" | sort -u | missing_in lib/base/metrics.h | faultless "metrics exist"
sed -nE 's/^all_suites="(.*)"$/\1/p' tools/check/run_suites.sh | tr ' ' '\n' | missing_in docs/testing.md | faultless "every suite is in docs/testing.md"

if [ -n "${BILLET_BASE_URL:-}" ]; then tools/check/first_chat.sh | faultless "the README's first chat"; else fail "no stack: run this through tools/check/on_stack.sh"; fi

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
