#!/bin/bash
# findings/utf8proc-reserved-ignorable.sh — utf8proc's property "ignorable" is 0 for code points that Unicode calls Default_Ignorable but has not assigned.
#
# Version: utf8proc 2.8.0 (Debian 12, 2.8.0-1), seen on 2026-11-28.
# One would believe: `utf8proc_get_property(c)->ignorable` is the Unicode property Default_Ignorable_Code_Point, and UTF8PROC_IGNORE strips all of it.
# What happens: it is so for assigned characters only. Unicode gives the property to reserved code points as well, so that what comes later is drawn as
# nothing by today's programs: U+2065, U+FFF0..U+FFF8 and most of U+E0000..U+E0FFF. For these utf8proc says 0, and a test "does this text show anything"
# that is built on it takes a text of nothing for one that shows.
# Seen (how many of each range are ignorable):
#     U+00AD..U+00AD 1 of 1
#     U+2065..U+2065 0 of 1
#     U+FFF0..U+FFF8 0 of 9
#     U+E0000..U+E0FFF 337 of 4096
# Ends with 0 while this is so, with 1 when it has changed.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common/lab.sh"
unpack libutf8proc2=2.8.0-1 libutf8proc-dev=2.8.0-1

cat >ask.c <<'END'
#include <stdio.h>
#include <utf8proc.h>

static void ask(utf8proc_int32_t first, utf8proc_int32_t last) {
    int ignorable = 0;
    for (utf8proc_int32_t c = first; c <= last; ++c) ignorable += utf8proc_get_property(c)->ignorable;
    printf("U+%04X..U+%04X %d of %d\n", (unsigned)first, (unsigned)last, ignorable, (int)(last - first + 1));
}

int main(void) {
    ask(0x00AD, 0x00AD);
    ask(0x2065, 0x2065);
    ask(0xFFF0, 0xFFF8);
    ask(0xE0000, 0xE0FFF);
    return 0;
}
END
gcc -o ask ask.c -Iroot/usr/include "$(find root -type f -name 'libutf8proc.so.2*')"
./ask >seen
as_expected <<'END'
U+00AD..U+00AD 1 of 1
U+2065..U+2065 0 of 1
U+FFF0..U+FFF8 0 of 9
U+E0000..U+E0FFF 337 of 4096
END
