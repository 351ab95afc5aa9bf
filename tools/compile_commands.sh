#!/bin/bash
# tools/compile_commands.sh COMPILER FLAG… — Writes compile_commands.json (clangd, editors): each C++ source with the command that make compiles it with.
# Every source has the same flags, so that make need not be run for them. `make compile_commands` calls it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
json() { # json TEXT — as a JSON string
    local text=${1//\\/\\\\}
    printf '"%s"' "${text//\"/\\\"}"
}
arguments=
for word in "$@"; do arguments+="$(json "$word"), "; done
folder=$(json "$PWD")
mapfile -t sources < <(find lib fcgi wsd tools tests -name node_modules -prune -o -name '*.cpp' -print | sort)
{
    separator='['
    for source in "${sources[@]}"; do
        printf '%s\n{"directory": %s, "file": %s, "arguments": [%s"-c", %s]}' "$separator" "$folder" "$(json "$source")" "$arguments" "$(json "$source")"
        separator=,
    done
    printf '\n]\n'
} >compile_commands.json.new
mv compile_commands.json.new compile_commands.json
echo "compile_commands.json names ${#sources[@]} sources"
