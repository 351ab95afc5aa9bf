#!/bin/bash
# tools/check/pre_commit.sh — The fast suites on what is about to be committed: layers, and format, shell and web-lint for the files that changed.
# `make hooks` has git run it before each commit; `git commit --no-verify` goes without. It looks at the files as they lie in the folder.
set -uo pipefail
cd "$(git rev-parse --show-toplevel)" || exit 1
mapfile -t changed < <(git diff --cached --name-only --diff-filter=ACMR)
of_kind() { printf '%s\n' "${changed[@]}" | grep -E -- "$1"; }
# In the hook of a commit git leaves its own variables behind; what runs below is no part of it.
unset "${!GIT_@}"

status=0
run() { # run SUITE COMMAND…, telling only what a suite that fails has said
    local suite=$1 said
    shift
    if said=$("$@" 2>&1); then
        echo "$suite: $(tail -n 1 <<<"$said")"
    else
        printf '%s\n%s: failed\n' "$said" "$suite"
        status=1
    fi
}
mapfile -t cpp < <(of_kind '\.(cpp|h)$')
mapfile -t scripts < <(of_kind '(\.sh|^\.ci/run)$')
mapfile -t web < <(of_kind '\.(js|mjs|css)$')
if [ ${#cpp[@]} -gt 0 ]; then
    run layers tools/check/layers.sh
    run format tools/check/format.sh "${cpp[@]}"
fi
if [ ${#scripts[@]} -gt 0 ]; then run shell tools/check/shell.sh "${scripts[@]}"; fi
if [ ${#web[@]} -gt 0 ]; then run web-lint nginx/www/lint.sh; fi
exit $status
