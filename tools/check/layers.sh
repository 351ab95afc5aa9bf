#!/bin/bash
# tools/check/layers.sh [DIR] — Which folder may include which, and where each third-party name may appear.
# The table is the architecture: an include that it forbids is a design decision to talk about, not a line to add here.
# First proves on made-up files that it can fail. The last line is "N passed, N failed", a case being a source file.
set -euo pipefail
cd "${1:-$(dirname "${BASH_SOURCE[0]}")/../..}"

# FOLDER : our folders it may include : third-party headers (prefixes) : standard or system headers it must not use
table='
lib/base   : lib/base                                         : toml++/ spdlog/ fmt/ prometheus/ utf8proc :
lib/event  : lib/base lib/event                               : ev.h                                    :
lib/chat   : lib/base lib/chat                                :                                         : POSIX fstream iostream thread
lib/wire   : lib/base lib/chat lib/wire                       : rapidjson/                              : POSIX fstream iostream thread
lib/crypto : lib/base lib/chat lib/crypto                     : sodium jwt/ openssl/ nlohmann/          :
lib/store  : lib/base lib/chat lib/crypto lib/store           : cppconn/ mysql_ mysql/ mariadb/         :
lib/fastcgi : lib/base lib/fastcgi                       :                                         : POSIX fstream iostream thread
lib/bus    : lib/base lib/event lib/chat lib/wire lib/crypto lib/bus : hiredis/                                :
fcgi       : lib/ fcgi                                        : fcgiapp fastcgi fcgios fcgi_config      : iostream
wsd        : lib/base lib/event lib/chat lib/wire lib/crypto lib/bus lib/fastcgi wsd : libwebsockets                     : iostream thread
tools      : lib/ tools                                       : CLI/ zlib.h                             :
tests      : lib/ fcgi wsd tools tests                        : CppUTest CppUTestExt curl/ libwebsockets ev.h hiredis/ sodium : 
'

check() { # prints a line for each forbidden include below the current folder, then "FILES BAD_FILES"
    { find lib fcgi wsd tools tests -name node_modules -prune -o \( -name '*.cpp' -o -name '*.h' \) -print 2>/dev/null || true; } | sort | xargs -r grep -nE '^[[:space:]]*#[[:space:]]*include|^// ' /dev/null |
        awk -v table="$table" '
            function has_prefix(text, list,    n, i, parts) {
                n = split(list, parts, " ")
                for (i = 1; i <= n; i++) if (index(text, parts[i]) == 1) return 1
                return 0
            }
            # lib/base allows lib/base/…; lib/ allows every lib.
            function ours_allowed(target, list,    n, i, parts) {
                n = split(list, parts, " ")
                for (i = 1; i <= n; i++) if (target == parts[i] || (parts[i] ~ /\/$/ && index(target, parts[i]) == 1)) return 1
                return 0
            }
            # A folder inside lib/base is lib/base.
            function part_of_lib(path,    n, parts) { n = split(path, parts, "/"); return n > 2 ? parts[1] "/" parts[2] : path }
            function refuse(why) { print file ":" line ": " why; if (!(file in bad)) { bad[file] = 1; bad_files++ } }
            BEGIN {
                rows = split(table, row, "\n")
                for (i = 1; i <= rows; i++) {
                    if (split(row[i], cell, ":") < 4) continue
                    gsub(/ /, "", cell[1])
                    ours[cell[1]] = cell[2]; third[cell[1]] = cell[3]; never[cell[1]] = cell[4]
                }
                system_header = "^(sys|netinet|arpa|linux|net)/|^(cxxabi|dirent|dlfcn|errno|fcntl|getopt|grp|malloc|netdb|poll|pthread|pwd|sched|signal|spawn|strings|termios|time|unistd)\\.h$"
            }
            {
                split($0, at, ":"); file = at[1]; line = at[2]
                if (!(file in seen)) { seen[file] = 1; files++ }
                text = $0; sub(/^[^:]*:[^:]*:/, "", text)
                if (!match(text, /[<"][^>"]+[>"]/) || text !~ /^[[:space:]]*#/) next
                name = substr(text, RSTART + 1, RLENGTH - 2)
                folder = file; sub(/\/[^\/]*$/, "", folder)
                top = folder; sub(/\/.*/, "", top)
                folder = top == "lib" ? part_of_lib(folder) : top
                if (!(folder in ours)) { refuse("no rule for the folder " folder); next }
                if (name ~ /^(lib|fcgi|wsd|tools|tests)\//) {
                    target = name; sub(/\/[^\/]*$/, "", target)
                    if (target ~ /^lib/) target = part_of_lib(target); else sub(/\/.*/, "", target)
                    if (!ours_allowed(target, ours[folder])) refuse(folder " must not include " name)
                } else if (name ~ system_header) {
                    if (index(" " never[folder] " ", " POSIX ")) refuse(folder " does no input or output of its own: <" name ">")
                } else if (name ~ /^[a-z_0-9]+$/) {
                    if (index(" " never[folder] " ", " " name " ")) refuse(folder " must not include <" name ">")
                } else if (!has_prefix(name, third[folder])) refuse("<" name "> has no place in " folder)
            }
            END { print files + 0, bad_files + 0 }'
}

# Some standard libraries name std::uint64_t in other headers too; g++ 14's names it in fewer.
without_cstdint() {
    { grep -rlE --include='*.cpp' --include='*.h' --exclude-dir=node_modules 'std::u?int(8|16|32|64)_t' lib fcgi wsd tools tests 2>/dev/null || true; } |
        { xargs -r grep -L '#include <cstdint>' || true; } | sed 's/$/: names std::int…_t without <cstdint>/'
}

self_test() {
    local scratch result
    scratch=$(mktemp -d)
    mkdir -p "$scratch"/lib/{chat,base,base/config,store,wire} "$scratch"/{wsd,fcgi,tests/unit}
    echo '#include "lib/store/store.h"' >"$scratch/lib/chat/a.cpp"      # an arrow that points the wrong way
    echo '#include <rapidjson/reader.h>' >"$scratch/fcgi/b.cpp"         # a third party outside its folder
    echo '#include "lib/store/store.h"' >"$scratch/wsd/c.cpp"           # wsd knows no database
    echo '#include <unistd.h>' >"$scratch/lib/chat/d.cpp"               # the rules do no I/O
    echo '#include <boost/any.hpp>' >"$scratch/lib/base/e.h"            # a library that nobody chose
    echo '#include "lib/wire/notice.h"' >"$scratch/lib/base/config/f.h" # a folder inside another has its rules
    echo '#include "lib/base/config/limits.h"' >"$scratch/lib/chat/good.cpp"
    echo '#include "CppUTest/TestHarness.h"' >"$scratch/tests/unit/good.cpp"
    echo 'std::uint8_t byte;' >>"$scratch/tests/unit/good.cpp"
    result=$(cd "$scratch" && check | tail -n 1; without_cstdint)
    result=$(tr '\n' ' ' <<<"$result")
    rm -rf "$scratch"
    [ "$result" = "8 6 tests/unit/good.cpp: names std::int…_t without <cstdint> " ] || { echo "layers.sh: the check itself is broken: of 8 files 6 are bad, it said '$result'"; echo "0 passed, 1 failed"; exit 1; }
}

self_test
output=$(check)
read -r files bad <<<"$(tail -n 1 <<<"$output")"
sed '$d' <<<"$output"
numbers=$(without_cstdint)
if [ -n "$numbers" ]; then echo "$numbers" && bad=$((bad + $(wc -l <<<"$numbers"))); fi
echo "$((files - bad)) passed, $bad failed"
[ "$bad" -eq 0 ] && [ "$files" -gt 0 ]
