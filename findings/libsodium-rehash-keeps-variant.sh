#!/bin/bash
# findings/libsodium-rehash-keeps-variant.sh — crypto_pwhash_str_needs_rehash says "up to date" of a hash of another algorithm than the one that would be made.
#
# Versions: libsodium 1.0.18-1+deb12u1 (Debian 12), seen on 2026-11-28.
# One would believe: it says whether crypto_pwhash_str would make another kind of hash of the password now. That makes Argon2id since 1.0.15, so a hash of
# Argon2i, the default of before, needs a new one at the next log-in.
# What happens: it goes by the algorithm that the hash itself names, and compares memory and passes alone. An Argon2i hash with today's numbers is up to
# date for it, for ever: nobody is moved to Argon2id unless the numbers rise too. crypto_pwhash_argon2id_str_needs_rehash says -1, "invalid", which in C is
# as true as "yes" but not equal to 1. So call the function of the one algorithm that is wanted, and take everything but 0 for "yes".
# Seen (the hash; what the function of any algorithm says, what the one of Argon2id says):
#     $argon2i, the same numbers:  0, -1
#     $argon2i, less memory:       1, -1
#     $argon2id, the same numbers: 0, 0
#     $argon2id, less memory:      1, 1
# Ends with 0 while this is so, with 1 when it has changed.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common/lab.sh"
unpack {libsodium-dev,libsodium23}=1.0.18-1+deb12u1
cat >ask.c <<'END'
#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum { kPasses = 3, kMemory = 1 << 20 };

static void say(const char *words, const char *hash) {
    printf("%-29s %d, %d\n", words, crypto_pwhash_str_needs_rehash(hash, kPasses, kMemory),
           crypto_pwhash_argon2id_str_needs_rehash(hash, kPasses, kMemory));
}

int main(void) {
    const char *password = "correct horse";
    char hash[crypto_pwhash_STRBYTES];
    if (sodium_init() < 0) return 2;
    if (crypto_pwhash_argon2i_str(hash, password, strlen(password), kPasses, kMemory) != 0) return 2;
    say("$argon2i, the same numbers:", hash);
    if (crypto_pwhash_argon2i_str(hash, password, strlen(password), kPasses, kMemory / 2) != 0) return 2;
    say("$argon2i, less memory:", hash);
    if (crypto_pwhash_str(hash, password, strlen(password), kPasses, kMemory) != 0) return 2;
    say("$argon2id, the same numbers:", hash);
    if (crypto_pwhash_str(hash, password, strlen(password), kPasses, kMemory / 2) != 0) return 2;
    say("$argon2id, less memory:", hash);
    return 0;
}
END
gcc -I root/usr/include ask.c -o ask -L "$(dirname "$(find root -name 'libsodium.so' -print -quit)")" -lsodium || give_up 'the program does not compile'
./ask >seen || give_up 'the program'
as_expected <<'END'
$argon2i, the same numbers:   0, -1
$argon2i, less memory:        1, -1
$argon2id, the same numbers:  0, 0
$argon2id, less memory:       1, 1
END
