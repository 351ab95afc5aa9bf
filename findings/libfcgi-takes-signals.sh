#!/bin/bash
# findings/libfcgi-takes-signals.sh — FCGX_Init takes SIGPIPE, SIGUSR1 and SIGTERM, and a program with threads is not ended by SIGTERM any more.
#
# Versions: libfcgi0ldbl 2.4.2-2+deb12u1 (Debian 12), seen on 2026-11-28.
# One would believe: FCGX_Init, which its header calls the initialisation of the library for programs with threads, leaves signals alone. A program that says
# nothing about SIGTERM is ended by it.
# What happens: it installs handlers, for SIGPIPE over whatever the program has set, an ignored one included, for the other two where the program has none,
# and without SA_RESTART: system calls end with EINTR where they would have gone on. The handler of SIGTERM and SIGUSR1 sets a flag that FCGX_Accept_r looks
# at when its own accept is interrupted. With one thread that is a clean end; with threads the signal goes to the main thread, which waits for them, nobody's
# accept is interrupted, and the program stays until it is killed. So set SIGTERM, SIGUSR1 and SIGPIPE oneself, after FCGX_Init.
# Seen:
#     what the program had:  SIGPIPE default, SIGUSR1 default, SIGTERM default
#     after FCGX_Init:       SIGPIPE the library, SIGUSR1 the library, SIGTERM the library
#     what the program had:  SIGPIPE ignored, SIGUSR1 the program, SIGTERM the program
#     after FCGX_Init:       SIGPIPE the library, SIGUSR1 the program, SIGTERM the program
#     SIGTERM, no FCGX_Init: ended, status 143
#     SIGTERM, one thread:   ended, status 0
#     SIGTERM, two threads:  runs on
# Ends with 0 while this is so, with 1 when it has changed.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common/lab.sh"
unpack libfcgi-dev=2.4.2-2+deb12u1 libfcgi0ldbl=2.4.2-2+deb12u1
cat >ask.c <<'END'
#include <fcgiapp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void own(int number) { (void)number; }

static const char *who(int number) {
    struct sigaction now;
    sigaction(number, NULL, &now);
    if (now.sa_handler == own) return "the program";
    if (now.sa_handler == SIG_DFL) return "default";
    if (now.sa_handler == SIG_IGN) return "ignored";
    return now.sa_flags & SA_RESTART ? "the library, restarting" : "the library";
}

static void say(const char *words) {
    printf("%-22s SIGPIPE %s, SIGUSR1 %s, SIGTERM %s\n", words, who(SIGPIPE), who(SIGUSR1), who(SIGTERM));
}

static void *serve(void *unused) {
    FCGX_Request request;
    FCGX_InitRequest(&request, FCGX_OpenSocket("fcgi", 8), 0);
    FCGX_Accept_r(&request);
    return unused;
}

int main(int count, char **words) {
    const char *how = count > 1 ? words[1] : "";
    pthread_t worker;
    if (strcmp(how, "own") == 0) {
        signal(SIGUSR1, own);
        signal(SIGTERM, own);
        signal(SIGPIPE, SIG_IGN);
    }
    if (strcmp(how, "plain") == 0) pause();
    if (strcmp(how, "one") == 0 || strcmp(how, "two") == 0) {
        FCGX_Init();
        if (strcmp(how, "one") == 0) {
            serve(NULL);
        } else {
            pthread_create(&worker, NULL, serve, NULL);
            pthread_join(worker, NULL);
        }
        return 0;
    }
    say("what the program had:");
    FCGX_Init();
    say("after FCGX_Init:");
    return 0;
}
END
gcc -pthread -o ask ask.c -Iroot/usr/include "$(find root -name 'libfcgi.so.0*' -type f)"
say() { # say WORDS HOW: SIGTERM to a program that sits and waits; it gets 5 s
    local program status=0
    ./ask "$2" &
    program=$!
    pids+=("$program")
    sleep 1
    kill -TERM "$program"
    for _ in $(seq 50); do
        kill -0 "$program" 2>/dev/null || break
        sleep 0.1
    done
    if kill -0 "$program" 2>/dev/null; then
        printf '%-22s runs on\n' "$1:"
        kill -KILL "$program"
        { wait "$program" || true; } 2>/dev/null
    else
        wait "$program" || status=$?
        printf '%-22s ended, status %d\n' "$1:" "$status"
    fi
}
{
    ./ask
    ./ask own
    say 'SIGTERM, no FCGX_Init' plain
    say 'SIGTERM, one thread' one
    say 'SIGTERM, two threads' two
} >seen
as_expected <<'END'
what the program had:  SIGPIPE default, SIGUSR1 default, SIGTERM default
after FCGX_Init:       SIGPIPE the library, SIGUSR1 the library, SIGTERM the library
what the program had:  SIGPIPE ignored, SIGUSR1 the program, SIGTERM the program
after FCGX_Init:       SIGPIPE the library, SIGUSR1 the program, SIGTERM the program
SIGTERM, no FCGX_Init: ended, status 143
SIGTERM, one thread:   ended, status 0
SIGTERM, two threads:  runs on
END
