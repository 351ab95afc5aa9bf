#!/bin/bash
# tests/integration/nginx_edges.sh [BASE_URL] — What nginx answers by itself, byte for byte: every refusal, its headers, and what must not get through.
#
# Runs against a running stack that the caller reaches from loopback (default: BILLET_BASE_URL; http or https). With BILLET_RUN_DIR it also reads the logs.
# For a site with one name only: EDGES_HOST (x), EDGES_NO_HOST (200: the answer to HTTP/1.0 without a Host), EDGES_ACCESS_LOG, EDGES_DEMO (200 or 404).
# The last line is "N passed, N failed".
set -uo pipefail
export LC_ALL=C
base=${1:-${BILLET_BASE_URL:?usage: nginx_edges.sh BASE_URL}}
base=${base%/}
authority=${base#*://}
host=${authority%%:*} port=${authority##*:}
if [ "$port" = "$authority" ]; then case $base in https:*) port=443 ;; *) port=80 ;; esac; fi
served_host=${EDGES_HOST:-x}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap '' PIPE  # a refusal may close the connection while we still send
passed=0 failed=0 name=''

pass() { passed=$((passed + 1)); }
fail() {
    failed=$((failed + 1))
    printf 'FAILED %s: %s\n' "$name" "$*"
    sed -n '1,25s/^/    | /p' "$scratch/answer" | cut -c 1-300
}

# raw FORMAT — sends the bytes that printf makes of FORMAT on one connection and keeps all that comes back in 8 s.
raw() {
    local request=${1//Host: x\\r/Host: $served_host\\r}
    request=${request//http:\/\/x\//http:\/\/$served_host\/}
    : >"$scratch/answer"
    case $base in https:*) over_tls "$request" ;; *) over_tcp "$request" ;; esac
    split_answer
}
# shellcheck disable=SC2059  # the format is the request
over_tcp() {
    {
        printf "$1" >&3 2>/dev/null
        timeout 8 cat <&3
    } 3<>"/dev/tcp/$host/$port" >"$scratch/answer" 2>/dev/null
}
# shellcheck disable=SC2059
over_tls() { printf "$1" | timeout 8 openssl s_client -connect "$host:$port" -servername "$host" -quiet >"$scratch/answer" 2>/dev/null; }
# send CURL-ARGUMENTS… PATH — the same by curl, for whatever is proper HTTP.
send() {
    local path=${!#}
    curl -sS -i --http1.1 --path-as-is --max-time 20 "${@:1:$#-1}" "$base$path" >"$scratch/answer" 2>"$scratch/curl"
    split_answer
}
split_answer() {
    head=$(sed '/^\r$/,$d' "$scratch/answer" | tr -d '\r\0')
    body=$(sed '1,/^\r$/d' "$scratch/answer" | tr -d '\0')
    status=$(sed -nE '1s#^HTTP/1\.[01] ([0-9]{3}).*#\1#p' <<<"$head")
}
header() { sed -nE "s/^$1: *//Ip" <<<"$head"; }
header_count() { grep -ciE "^$1:" <<<"$head"; }

# problem NAME STATUS CODE TITLE DETAIL — the last answer is exactly this problem.
problem() {
    name=$1
    local id retry=''
    [ "$status" = "$2" ] || { fail "status '$status', not $2"; return; }
    [ "$(header_count X-Request-Id)" = 1 ] || { fail "not one X-Request-Id"; return; }
    id=$(header X-Request-Id)
    [[ $id =~ ^[0-9a-f]{32}$ ]] || { fail "X-Request-Id '$id'"; return; }
    [ "$(header Content-Type)" = application/problem+json ] || { fail "content type '$(header Content-Type)'"; return; }
    [ "$(header Cache-Control)" = no-store ] || { fail "Cache-Control '$(header Cache-Control)'"; return; }
    [ "$(header X-Content-Type-Options)" = nosniff ] || { fail "no nosniff"; return; }
    [ "$(header Server)" = nginx ] || { fail "Server tells more than nginx"; return; }
    case $2 in 429 | 503)
        retry=',"retry_after":1'
        [ "$(header Retry-After)" = 1 ] || { fail "Retry-After '$(header Retry-After)'"; return; }
        ;;
    esac
    local wanted="{\"type\":\"about:blank\",\"title\":\"$4\",\"status\":$2,\"detail\":\"$5\",\"code\":\"$3\",\"request_id\":\"$id\"$retry}"
    [ "$body" = "$wanted" ] || { fail "body is not $wanted"; return; }
    pass
}
malformed() { problem "$1" 400 bad_request "Bad Request" "the request is malformed"; }
not_found() { problem "$1" 404 not_found "Not Found" "not found"; }
upgrade_required() {
    problem "$1" 426 upgrade_required "Upgrade Required" "this path takes a WebSocket handshake of version 13"
    has "$1" Sec-WebSocket-Version 13
}
# has NAME HEADER VALUE — the last answer has this header with this value, once.
has() {
    name=$1
    if [ "$(header "$2")" = "$3" ]; then pass; else fail "$2 is '$(header "$2")', not '$3'"; fi
}
is_status() {
    name=$1
    if [ "$status" = "$2" ]; then pass; else fail "status '$status', not $2"; fi
}
alive() {
    name="alive after $1"
    send /healthz
    if [ "$status" = 200 ] && [ "$body" = '{"status":"ok"}' ]; then pass; else fail "healthz answers '$status'"; fi
}

malformed_requests() {
    local line
    raw 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n' && malformed "no Host"
    raw 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n' && malformed "two Hosts"
    raw 'GET / HTTP/1.1\r\nHost: a/b\r\nConnection: close\r\n\r\n' && malformed "a Host that is none"
    raw '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n' && malformed "a TLS greeting"
    raw 'nonsense\r\n\r\n' && malformed "a line of nonsense"
    raw 'get / HTTP/1.1\r\nHost: x\r\n\r\n' && malformed "a method in small letters"
    raw 'GET /a b HTTP/1.1\r\nHost: x\r\n\r\n' && malformed "a blank in the path"
    raw 'GET /%%zz HTTP/1.1\r\nHost: x\r\n\r\n' && malformed "a broken escape"
    raw 'GET /a\0b HTTP/1.1\r\nHost: x\r\n\r\n' && malformed "a NUL byte in the path"
    raw 'GET /%%00 HTTP/1.1\r\nHost: x\r\n\r\n' && malformed "an escaped NUL in the path"
    raw 'GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n' && malformed "above the root"
    raw 'GET /%%2e%%2e/%%2e%%2e/etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n' && malformed "above the root, escaped"
    raw 'GET / HTTP/1.1\r\nHost: x\r\nA: b\0c\r\nConnection: close\r\n\r\n' && malformed "a NUL byte in a header"
    raw 'POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd' && malformed "two lengths"
    raw 'POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: -3\r\n\r\n' && malformed "a negative length"
    raw 'POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n' && malformed "a length and chunks"
    raw 'POST /auth/login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n' && malformed "a chunk without a size"
    raw 'POST /auth/login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\nConnection: close\r\n\r\n' &&
        problem "an unknown transfer coding" 501 bad_request "Not Implemented" "the request is malformed"
    raw 'GET / HTTP/3.7\r\nHost: x\r\n\r\n' && problem "a version of the future" 505 bad_request "HTTP Version Not Supported" "the request is malformed"

    # HTTP/0.9 has neither status nor headers: its refusal is a bare body.
    name="HTTP/0.9"
    raw 'GET /healthz\r\n'
    if grep -qE '^\{"type":"about:blank","title":"Bad Request","status":400,.*"request_id":"[0-9a-f]{32}"\}$' "$scratch/answer"; then pass; else fail "is not refused"; fi
    raw 'GET /healthz HTTP/1.0\r\n\r\n' && is_status "HTTP/1.0 without a Host" "${EDGES_NO_HOST:-200}"
    alive "malformed requests"

    line=$(printf '%20000s' '' | tr ' ' a)
    raw "GET /$line HTTP/1.1\r\nHost: x\r\n\r\n" && problem "a request line of 20 KB" 414 too_large "URI Too Long" "the request is too large"
    raw "GET / HTTP/1.1\r\nHost: x\r\nA: $line\r\n\r\n" && problem "a header of 20 KB" 431 too_large "Request Header Fields Too Large" "the request is too large"
    raw "GET /healthz?$(printf '%16000s' '' | tr ' ' a) HTTP/1.1\r\nHost: x\r\nA: $(printf '%16000s' '' | tr ' ' b)\r\nConnection: close\r\n\r\n"
    is_status "the longest line and header that get through" 200
}

paths_and_methods() {
    local path
    for path in /nope /nope/ //chat/rooms //internal/hello /internal /internal/hello /internal/heads '/%69nternal/hello' '/chat/../internal/heads' /billet-problem \
        '/metrics' '/metrics/../metrics' '/metrics/api-1' '/metrics/api-1/x' /demo /demo/ /demo/nope /ws/ /WS /.git/config /chatter /assets/ /chat/%2e%2e/internal; do
        send "$path" && not_found "GET $path"
    done
    send -X POST -H 'BILLET_CALLER: wsd' -H 'Billet-Caller: wsd' -d '1 x' /internal/heads && not_found "POST /internal/heads that calls itself wsd"
    raw 'GET http://x/internal/heads HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n' && not_found "absolute form of /internal"
    send /chat/no-such-thing
    not_found "the api's own 404 has the same bytes"
    send /internal/../chat/rooms/1
    not_found "dots do not lead to a route"

    send -X TRACE /chat/rooms && problem "TRACE" 405 method_not_allowed "Method Not Allowed" "this path does not know the method"
    has "TRACE" Allow "GET, HEAD, POST, PUT, PATCH, DELETE"
    send -X POST -d x / && problem "POST to a file" 405 method_not_allowed "Method Not Allowed" "this path does not know the method"
    has "POST to a file" Allow "GET, HEAD"
    send -X BREW /chat/rooms && is_status "a method that nobody knows" 405
    name="a method that nobody knows"
    if [ "$(header_count Allow)" = 1 ] && [ "$(header_count X-Request-Id)" = 1 ]; then pass; else fail "Allow and X-Request-Id once each"; fi

    head -c 70000 /dev/zero | tr '\0' x >"$scratch/body"
    send -X POST -H 'Content-Type: application/json' -H 'Expect:' --data-binary "@$scratch/body" /auth/login
    problem "a body that nginx refuses" 413 too_large "Content Too Large" "the request is too large"
    head -c 65537 /dev/zero | tr '\0' ' ' >"$scratch/body"
    send -X POST -H 'Content-Type: application/json' -H 'Expect:' --data-binary "@$scratch/body" /auth/login
    problem "a body that the api refuses, in the same bytes" 413 too_large "Content Too Large" "the request is too large"
    send -X POST -H 'Content-Type: application/json' -H 'Expect:' -H 'Transfer-Encoding: chunked' --data-binary "@$scratch/body" /auth/login
    problem "the same in chunks" 413 too_large "Content Too Large" "the request is too large"
    send -X POST -d "$(printf '%2000s' '')" /nope && is_status "a body for a path that takes none" 413
    alive "paths and methods"
}

handshake() { # handshake LINES… — a WebSocket handshake in which a line replaces the one of the same name
    local text='' line key wanted
    for wanted in 'Host: x' 'Upgrade: websocket' 'Connection: Upgrade' 'Sec-WebSocket-Version: 13' 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='; do
        key=${wanted%%:*}
        for line in "$@"; do [ "${line%%:*}" != "$key" ] || wanted=$line; done
        [ "$wanted" = "$key:" ] || text+="$wanted\r\n"
    done
    for line in "$@"; do
        case ${line%%:*} in Host | Upgrade | Connection | Sec-WebSocket-Version | Sec-WebSocket-Key) ;; *) text+="$line\r\n" ;; esac
    done
    # Nothing but a refusal ends the connection by itself: a masked close frame follows.
    printf 'GET /ws%s HTTP/1.1\\r\\n%s\\r\\n' "${query:-}" "$text"
}
close_frame='\x88\x82\x01\x02\x03\x04\x02\xea'

websocket() {
    local offered
    send /ws && upgrade_required "no handshake"
    send -X POST -d x /ws
    name="POST /ws"
    upgrade_required "POST /ws"
    for offered in 'Upgrade: h2c' 'Upgrade:' 'Upgrade: websocket, h2c' 'Connection: close' 'Connection: close, not-upgrade' 'Sec-WebSocket-Version: 8' \
        'Sec-WebSocket-Version:' 'Sec-WebSocket-Key:' 'Sec-WebSocket-Key: short' 'Sec-WebSocket-Key: a|13|dGhlIHNhbXBsZSBub25jZQ==' 'Content-Length: 5'; do
        raw "$(handshake "$offered" 'Connection: close' | sed 's/\\r\\nConnection: close\\r\\n\\r\\n$/\\r\\n\\r\\n/')hello" && upgrade_required "handshake with '$offered'"
    done
    raw 'GET /ws HTTP/1.0\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n' &&
        upgrade_required "a handshake by HTTP/1.0"

    raw "$(handshake)$close_frame" && is_status "the handshake" 101
    has "the handshake" Sec-WebSocket-Accept 's3pPLMBiTxaQ9kYGzzhZRbK+xOo='
    name="the handshake" && if [ "$(header_count X-Request-Id)" = 1 ]; then pass; else fail "not one X-Request-Id"; fi
    raw "$(handshake 'Sec-WebSocket-Protocol: foo, chat.v1')$close_frame" && has "our subprotocol among others" Sec-WebSocket-Protocol chat.v1
    raw "$(handshake 'Sec-WebSocket-Protocol: foo, bar')$close_frame" && is_status "subprotocols that nobody knows" 101
    raw "$(handshake "X-Long: $(printf '%9000s' '' | tr ' ' a)")$close_frame" && is_status "a header of 9 KB does not reach wsd" 101
    raw "$(handshake 'Connection: keep-alive, Upgrade' 'Upgrade: WebSocket')$close_frame" && is_status "the handshake of Firefox" 101
    query='?token=needle-in-a-url' raw "$(query='?token=needle-in-a-url' handshake)$close_frame" && is_status "a query is dropped" 101
    alive "handshakes"
}

the_rest() {
    send /
    is_status "the web client" 200
    name="the web client's headers"
    if [ -n "$(header Content-Security-Policy)" ] && ! grep -q unsafe <<<"$(header Content-Security-Policy)" && [ "$(header X-Content-Type-Options)" = nosniff ] &&
        [ "$(header Referrer-Policy)" = no-referrer ] && [ "$(header Cross-Origin-Opener-Policy)" = same-origin ] && [ -n "$(header Permissions-Policy)" ] &&
        [ "$(header Cache-Control)" = no-cache ] && [ "$(header_count X-Request-Id)" = 1 ]; then
        pass
    else
        fail "a header is missing"
    fi
    send -H 'If-Match: "another"' /
    problem "a file under a condition that does not hold" 412 precondition_failed "Precondition Failed" "the file is not the one that the request names"
    send -H 'Range: bytes=99999999-' / && is_status "ranges are not served" 200
    send /
    has "the page is for its own origin" Cross-Origin-Resource-Policy same-origin
    local asset
    asset=$(grep -oE 'assets/[A-Za-z0-9._-]+\.js' <<<"$body" | head -n 1)
    send -H 'Accept-Encoding: gzip' -o /dev/null -D "$scratch/head" "/$asset"
    cp "$scratch/head" "$scratch/answer" && split_answer
    has "a hashed file" Cache-Control "public, max-age=31536000, immutable"
    has "a hashed file" Content-Encoding gzip
    send /embed.js
    is_status "the script for host pages" 200
    has "the script for host pages" Cross-Origin-Resource-Policy cross-origin
    has "the script for host pages" Content-Type "text/javascript; charset=utf-8"
    has "the script for host pages" Access-Control-Allow-Origin '*'
    send /embed.integrity.txt
    local pinned=${body%% *}
    send "/$pinned"
    is_status "the script under the name with its version" 200
    has "the script under the name with its version" Cross-Origin-Resource-Policy cross-origin
    has "the script under the name with its version" Access-Control-Allow-Origin '*'
    send "/$asset"
    has "the page's own script is for its origin" Cross-Origin-Resource-Policy same-origin
    has "the page's own script is for its origin" Access-Control-Allow-Origin ''
    send -H 'X-Request-Id: 00000000000000000000000000000000' /healthz
    name="a client's request id is not taken over"
    if [ "$(header_count X-Request-Id)" = 1 ] && [[ $(header X-Request-Id) =~ ^[0-9a-f]{32}$ ]] && [ "$(header X-Request-Id)" != 00000000000000000000000000000000 ]; then pass; else fail ''; fi
    has "an answer of the api" Cache-Control no-store
    has "an answer of the api" X-Content-Type-Options nosniff
    send -H 'Origin: https://elsewhere.example' /healthz
    has "no other origin may read" Access-Control-Allow-Origin ''
    send -X OPTIONS -H 'Origin: https://elsewhere.example' -H 'Access-Control-Request-Method: POST' /chat/rooms
    is_status "no preflight succeeds" 405
    name="a connection ends after a thousand requests, and its memory with it"
    curl -sS --http1.1 --max-time 60 -o /dev/null -w '%{num_connects}\n' "$base/nope?[1-1005]" >"$scratch/answer" 2>&1
    if [ "$(awk '{ sum += $1 } END { print sum }' "$scratch/answer")" = 2 ]; then pass; else fail "not two connections for 1005 requests"; fi
    send /demo/host.html
    is_status "the demo page, only if asked for" "${EDGES_DEMO:-200}"
}

# Their listener is the private stack's unix socket.
metrics() {
    [ -n "${BILLET_RUN_DIR:-}" ] || return 0
    local socket=$BILLET_RUN_DIR/sock/metrics.sock
    curl -sS -i --unix-socket "$socket" http://localhost/metrics/api-1 >"$scratch/answer" && split_answer
    is_status "metrics where they belong" 200
    curl -sS -i --unix-socket "$socket" http://localhost/metrics/api-999 >"$scratch/answer" && split_answer
    problem "metrics of a process that is not there" 503 unavailable "Service Unavailable" "temporarily unavailable: try again"
    curl -sS -i --unix-socket "$socket" http://localhost/healthz >"$scratch/answer" && split_answer
    not_found "nothing else is where metrics are"
}

# No other test comes from 127.0.0.2, and it is trusted nowhere: a thousand requests at once get through, six thousand do not.
outer_ring() {
    local refused
    mkdir "$scratch/ring"
    curl -sS -i -Z --http1.1 --parallel-max 40 --interface 127.0.0.2 --max-time 60 -o "$scratch/ring/#1" "$base/nope?[1-6000]" >/dev/null 2>&1
    grep -ahm 1 '^HTTP/' "$scratch/ring/"* | sort | uniq -c >"$scratch/answer"
    name="six thousand requests at once"
    if grep -q ' 404 ' "$scratch/answer" && grep -q ' 429 ' "$scratch/answer"; then pass; else fail "not both 404 and 429"; fi
    refused=$(grep -alm 1 '^HTTP/1.1 429' "$scratch/ring/"* | head -n 1)
    [ -z "$refused" ] || cp "$refused" "$scratch/answer"
    split_answer
    problem "a refusal by the outer ring" 429 rate_limited "Too Many Requests" "too many requests: slow down"
    send /healthz && is_status "other addresses do not notice" 200
}

# Workers that are gone: any request gets the same answer, also one with a body (which nginx has read by then).
no_workers() {
    local dir=${BILLET_RUN_DIR:-}
    [ -n "$dir" ] || return 0
    head -c 3000 /dev/zero | tr '\0' x >"$scratch/long_body"
    sv -w 20 down "$dir"/sv/api-* >/dev/null
    send /users/me
    problem "no worker" 503 unavailable "Service Unavailable" "temporarily unavailable: try again"
    send -X POST -H 'Content-Type: application/json' -H 'Expect:' --data-binary "@$scratch/long_body" /chat/rooms/1/messages
    problem "no worker for a body of 3 kB" 503 unavailable "Service Unavailable" "temporarily unavailable: try again"
    sv -w 20 up "$dir"/sv/api-* >/dev/null
    for _ in {1..100}; do
        send /readyz
        [ "$status" != 200 ] || return 0
        sleep 0.1
    done
    name="workers come back" && fail "/readyz answers '$status'"
}

logs() {
    local log=${EDGES_ACCESS_LOG:-${BILLET_RUN_DIR:-}/log/access.log}
    [ -n "${BILLET_RUN_DIR:-}" ] || return 0
    send '/nope?content=needle-in-a-query'
    send '/chat/rooms?content=needle-in-a-query'
    send -X POST -H 'Content-Type: application/json' -H 'Expect:' --data-binary "@$scratch/body" '/auth/login?content=needle-in-a-query'
    sleep 2.5 # the access log is written once a second
    name="no query string in any log"
    grep -rlE 'needle-in-a-(query|url)' "$BILLET_RUN_DIR/log" "$(dirname "$log")" >"$scratch/answer"
    if [ -s "$scratch/answer" ]; then fail "found"; else pass; fi
    name="every line of the access log is one JSON object"
    grep -vE '^\{"time":"[^"]+","request_id":"[0-9a-f]{32}",.*"status":[0-9]+,.*\}$' "$log" | head -n 5 >"$scratch/answer"
    if [ -s "$scratch/answer" ]; then fail "these are not"; else pass; fi
}

malformed_requests
paths_and_methods
websocket
the_rest
metrics
outer_ring
no_workers
logs
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
