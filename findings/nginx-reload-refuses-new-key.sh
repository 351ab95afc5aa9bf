#!/bin/bash
# findings/nginx-reload-refuses-new-key.sh — a new key for an existing limit_req_zone passes every check, and no reload is carried out any more.
#
# Versions: nginx 1.22.1-9+deb12u11 (Debian 12), seen on 2026-11-28.
# One would believe: what `nginx -t` calls successful is what the server takes at the next reload; a reload that ends with status 0 was taken.
# What happens: the zone's memory outlives a reload, and its key may not change under the same name. Only the master can know that, when it reloads: it logs
# one [emerg] and goes on with the old configuration, all of it. `nginx -t` and `nginx -s reload` have said 0 long before; so does every later reload, until
# the old key is back, so that a change made weeks later and to another part of the file has no effect either. A restart takes the new one. The same change
# under a new zone name is taken; a new rate under the old name as well.
# Seen (each line is one change of the file, test and reload):
#     started:                test 0, reload -, answers first, refusals 0
#     new rate:               test 0, reload 0, answers second, refusals 0
#     new key:                test 0, reload 0, answers second, refusals 1
#     only another answer:    test 0, reload 0, answers second, refusals 2
#     new key, new zone name: test 0, reload 0, answers fifth, refusals 2
# Ends with 0 while this is so, with 1 when it has changed.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common/lab.sh"
unpack nginx=1.22.1-9+deb12u11 libpcre2-8-0=10.42-1+deb12u2

write() { # write ANSWER ZONE KEY RATE
    cat >nginx.conf <<END
daemon off; pid $here/pid; error_log $here/error.log emerg; worker_processes 1;
events { worker_connections 64; }
http {
    access_log off;
    client_body_temp_path $here/body; proxy_temp_path $here/proxy; fastcgi_temp_path $here/fastcgi; uwsgi_temp_path $here/uwsgi; scgi_temp_path $here/scgi;
    limit_req_zone $3 zone=$2:1m rate=$4;
    server { listen unix:$here/s; limit_req zone=$2 burst=1000 nodelay; location / { return 200 $1; } }
}
END
}
nginx() { root/usr/sbin/nginx -p "$here" -c "$here/nginx.conf" -e "$here/error.log" "$@" 2>>said.txt; }
ask() { curl -s --unix-socket s http://localhost/; }
one_worker() { [ "$(pgrep -c -P "${pids[0]}")" = 1 ]; } # the old one has gone
settled() { [ "$(ask)" = "$1" ] || [ "$(grep -cs emerg error.log)" -gt "$refused" ]; }
say() { # say WORDS ANSWER ZONE KEY RATE
    local tested=0 reloaded=0
    refused=$(grep -cs emerg error.log || true)
    write "${@:2}"
    nginx -t || tested=$?
    if [ ${#pids[@]} = 1 ]; then
        nginx -s reload || reloaded=$?
    else
        root/usr/sbin/nginx -p "$here" -c "$here/nginx.conf" -e "$here/error.log" 2>>said.txt &
        pids+=($!)
        reloaded=-
    fi
    until_true settled "$2"
    until_true one_worker
    printf '%-23s test %s, reload %s, answers %s, refusals %d\n' "$1:" "$tested" "$reloaded" "$(ask)" "$(grep -cs emerg error.log || true)"
}
# shellcheck disable=SC2016  # nginx's own variables
{
    say started first one '$remote_addr' 1r/s
    say 'new rate' second one '$remote_addr' 2r/s
    say 'new key' third one '$http_x_user' 2r/s
    say 'only another answer' fourth one '$http_x_user' 2r/s
    say 'new key, new zone name' fifth two '$http_x_user' 2r/s
} >seen
as_expected <<'END'
started:                test 0, reload -, answers first, refusals 0
new rate:               test 0, reload 0, answers second, refusals 0
new key:                test 0, reload 0, answers second, refusals 1
only another answer:    test 0, reload 0, answers second, refusals 2
new key, new zone name: test 0, reload 0, answers fifth, refusals 2
END
