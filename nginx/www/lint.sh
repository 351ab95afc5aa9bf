#!/bin/bash
# nginx/www/lint.sh [--fix] — ESLint and Prettier over every script of the tree; --fix mends what they can. Last line: "N passed, N failed".
set -uo pipefail
www=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
cd "$www/../.." || exit 1
fix=()
if [ "${1:-}" = --fix ]; then fix=(--fix); fi
"$www/install.sh" --checks || { echo "0 passed, 1 failed"; exit 1; }
eslint=("$www/node_modules/.bin/eslint" --config nginx/www/eslint.config.js --max-warnings 0)
prettier=("$www/node_modules/.bin/prettier" --config nginx/www/.prettierrc.json --ignore-path .gitignore)

mapfile -t scripts < <(find nginx tests tools -name node_modules -prune -o \( -name '*.js' -o -name '*.mjs' \) -print | sort)
styles=(nginx/www/static/*.css nginx/www/demo/*.css)

# Both must find the faults that are made for them, or their silence says nothing.
probe=$(mktemp -d)
trap 'rm -rf "$probe"' EXIT
finds() { # finds RULE FILE, with the text on stdin as if it were that file
    local report
    report=$("${eslint[@]}" --stdin --stdin-filename "$2" --format json 2>&1)
    [[ $report == *"\"ruleId\":\"$1\""* ]]
}
blind=()
finds no-undef nginx/www/src/state/x.js <<<'missing();' || blind+=("a name that is not there")
finds no-restricted-imports nginx/www/src/net/x.js <<<"import '../view/chat.js';" || blind+=("net that uses view")
finds no-restricted-syntax nginx/www/src/view/x.js <<<'document.body.innerHTML = "";' || blind+=("a text as markup")
finds no-restricted-imports nginx/www/src/view/x.js <<<'import { css } from "lit"; css``;' || blind+=("styles among the tags")
# shellcheck disable=SC2016  # the script's own template
finds lit/no-legacy-template-syntax nginx/www/src/view/x.js <<<'import { html } from "lit"; html`<p on-click="${1}"></p>`;' || blind+=("a wrong binding")
! "${prettier[@]}" --check --stdin-filepath nginx/www/src/x.js <<<'a  =  "b"' >/dev/null 2>&1 || blind+=("a form of its own")

failed=${#blind[@]} passed=$((6 - ${#blind[@]}))
for fault in "${blind[@]}"; do echo "lint.sh does not see $fault"; done

# tell SENTENCE COUNT — the files in faulty out of COUNT, each one a case.
tell() {
    passed=$((passed + $2 - ${#faulty[@]})) failed=$((failed + ${#faulty[@]}))
    [ ${#faulty[@]} -eq 0 ] || printf '%s:%s\n' "$1" "$(printf '\n  %s' "${faulty[@]#"$PWD/"}")"
}
report=$("${eslint[@]}" "${fix[@]}" "${scripts[@]}" 2>&1)
status=$?
printf '%s' "${report:+$report$'\n'}"
mapfile -t faulty < <(grep '^/' <<<"$report")
# A configuration that it cannot read names no file.
if [ $status -ne 0 ] && [ ${#faulty[@]} -eq 0 ]; then faulty=("eslint itself"); fi
tell "eslint has something to say of" ${#scripts[@]}

[ ${#fix[@]} -eq 0 ] || "${prettier[@]}" --write --log-level warn "${scripts[@]}" "${styles[@]}"
report=$("${prettier[@]}" --list-different "${scripts[@]}" "${styles[@]}" 2>&1)
status=$?
mapfile -t faulty < <(grep . <<<"$report")
if [ $status -ne 0 ] && [ ${#faulty[@]} -eq 0 ]; then faulty=("prettier itself"); fi
tell "not as prettier writes it ('nginx/www/lint.sh --fix' does)" $((${#scripts[@]} + ${#styles[@]}))

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
