#!/bin/bash
# tests/integration/nginx_fronts.sh — The shipped examples as an operator uses them: TLS, loopback, metrics, a listener behind a proxy, and three such proxies.
#
# Run through on_stack.sh. Each example is taken as it is, but for ports, paths, certificate and name (localhost), and leads to the stack's daemons.
# HAProxy and Caddy are tried where they are installed. The last line is "N passed, N failed".
set -uo pipefail
export LC_ALL=C.UTF-8
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
repo_dir=$(cd "$here/../.." && pwd -P)
run_dir=${BILLET_RUN_DIR:?run this through tools/check/on_stack.sh}
dir=$run_dir/fronts
PATH=$PATH:/usr/sbin
clients=$here/front_clients.py
passed=0 failed=0 servers=()
trap 'kill "${servers[@]}" 2>/dev/null; wait' EXIT
sockets_max=20  # in the place of the shipped 500: few enough to open

check() { # check SENTENCE COMMAND…
    local what=$1
    shift
    if "$@" >"$dir/check.out" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "failed: $what"
        tail -n 15 "$dir/check.out" | cut -c 1-300
    fi
}
is() { [ "$1" = "$2" ] || { printf "'%s', not '%s'\n" "$1" "$2" && return 1; }; }
refused() { ! "$@"; }
status_of() { curl -sS -o /dev/null -w '%{http_code}' --max-time 20 "$@"; }
header_of() { # header_of NAME CURL-ARGUMENTS…
    local name=$1
    shift
    curl -sS -o /dev/null -D - --max-time 20 "$@" | tr -d '\r' | sed -nE "s/^$name: //Ip"
}
is_problem() { # is_problem STATUS CODE CURL-ARGUMENTS…
    local wanted=$1 code=$2 answer
    shift 2
    answer=$(curl -sS --max-time 20 -w ' %{http_code} %{content_type}' "$@")
    [[ $answer == *"\"code\":\"$code\""*" $wanted application/problem+json" ]] || { echo "$answer" && return 1; }
}
listens() { (: <>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
wait_for_port() {
    for _ in {1..200}; do
        if listens "$1"; then return 0; fi
        sleep 0.1
    done
    return 1
}

# --- The examples, made to run here ---------------------------------------------------------------------------------------

mkdir -p "$dir"/{billet,log,temp,www}
read -r loopback_port metrics_port http_port https_port behind_port nginx_port haproxy_port caddy_port forward_port < <("$clients" ports 9)
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost -addext 'subjectAltName=DNS:localhost' \
    -keyout "$dir/key.pem" -out "$dir/certificate.pem" 2>/dev/null
cat "$dir/certificate.pem" "$dir/key.pem" >"$dir/both.pem"
# For curl, and for Python in the README's first chat.
export CURL_CA_BUNDLE=$dir/certificate.pem SSL_CERT_FILE=$dir/certificate.pem

# here_of FILE — the example with our name, ports and paths in it. Without IPv6 its lines for IPv6 go.
here_of() {
    local ipv6="s#\\[::\\]:#[::1]:#"
    [ -e /proc/net/if_inet6 ] && grep -q '^0\{31\}1 ' /proc/net/if_inet6 || ipv6='/listen \[::\]:/d'
    sed -E -e 's/chat\.example\.org/localhost/g' -e 's#/etc/letsencrypt/live/localhost/fullchain.pem#'"$dir/certificate.pem#" \
        -e 's#/etc/letsencrypt/live/localhost/privkey.pem#'"$dir/key.pem#" -e "s#/usr/local/share/billet/www#${WEB_DIR:-$repo_dir/build/www}#" \
        -e "s#/run/billet\\b#$run_dir/sock#" -e "s#/var/log/nginx#$dir/log#" -e "s#/var/www/letsencrypt#$dir/www#" \
        -e "s#127\\.0\\.0\\.1:8080#127.0.0.1:$loopback_port#" -e "s#127\\.0\\.0\\.1:9180#127.0.0.1:$metrics_port#" -e "s#127\\.0\\.0\\.1:8081#127.0.0.1:$behind_port#" \
        -e "$ipv6" -e "s#listen (\\[::1\\]:)?80\\b#listen \\1$http_port#" -e "s#listen (\\[::1\\]:)?443\\b#listen \\1$2#" \
        -e "s#listen ([0-9]+)([ ;])#listen 127.0.0.1:\\1\\2#" "$1"
}
temp_paths() {
    local kind
    for kind in client_body proxy fastcgi uwsgi scgi; do echo "    ${kind}_temp_path $dir/temp/$kind;"; done
}
start_nginx() { # start_nginx CONFIGURATION PORT
    nginx -c "$1" -e "$dir/log/start.log" -g 'daemon off;' >"$dir/log/start.out" 2>&1 &
    servers+=($!)
    wait_for_port "$2"
}

cp "$repo_dir"/nginx/*.conf "$dir/billet/"
# By TLS a busy machine may not manage more than the shipped 500 requests a second.
sed -i 's/zone=billet_network_requests:10m rate=500r/zone=billet_network_requests:10m rate=100r/' "$dir/billet/billet-http.conf"
sed -i "s/^limit_conn billet_network_sockets .*/limit_conn billet_network_sockets $sockets_max;/" "$dir/billet/limits.conf"
here_of "$repo_dir/nginx/tls.conf.example" "$https_port" >"$dir/billet-site.conf"
here_of "$repo_dir/nginx/behind-proxy.conf.example" 0 >"$dir/billet-site-behind.conf"
# Its upstreams are the private stack's, and it runs beside that as the same user.
here_of "$repo_dir/nginx/nginx.conf.example" 0 | sed -E -e '/^    upstream /,/^    \}/d' -e "s#^(    include billet/billet-http.conf;)#    include $run_dir/conf/billet-upstreams.conf;\\n\\1#" \
    -e "s#^user .*#$([ "$(id -u)" -ne 0 ] || echo 'user root;')#" -e "s#^pid .*#pid $dir/nginx.pid;#" -e 's/^worker_rlimit_nofile .*//' \
    -e 's/worker_connections .*;/worker_connections 4000;/' -e 's/worker_processes auto/worker_processes 2/' -e '/^http \{/r '<(temp_paths) >"$dir/nginx.conf"

accepted_without_a_word() {
    local words
    words=$(nginx -t -q -c "$dir/nginx.conf" -e "$dir/log/test.log" 2>&1) || { echo "$words" && return 1; }
    # The word of nginx 1.26: 1.22 does not know the new way.
    words=$(grep -v '"listen ... http2" directive is deprecated' <<<"$words")
    is "$words" ''
}
check "nginx takes the examples without a word" accepted_without_a_word
check "nginx starts with them" start_nginx "$dir/nginx.conf" "$https_port"
# Without it nothing below could be told apart.
[ "$failed" -eq 0 ] || { cat "$dir"/log/*.log; echo "$passed passed, $failed failed"; exit 1; }

http=http://localhost:$http_port https=https://localhost:$https_port loopback=http://127.0.0.1:$loopback_port
metrics=http://127.0.0.1:$metrics_port behind=http://127.0.0.1:$behind_port

# --- TLS ------------------------------------------------------------------------------------------------------------------

check "the redirect has the path as it came" is "$(header_of location --path-as-is "$http/a%0d%0aX-Made:%20up/%2e%2e//b?c=%0a%20d")" \
    'https://localhost/a%0d%0aX-Made:%20up/%2e%2e//b?c=%0a%20d'
check "the redirect makes no header of a path" is "$(header_of x-made "$http/a%0d%0aX-Made:%20up")" ''
check "the redirect leads to our name whatever the form" is "$(header_of location --request-target 'http://localhost?x' "$http")" 'https://localhost?x'
check "the redirect keeps the method" is "$(status_of -X POST -d x "$http/auth/login")" 308
check "the redirect promises no TLS in the clear" is "$(header_of strict-transport-security "$http/")" ''
check "a foreign name by http is refused" is_problem 421 misdirected -H 'Host: elsewhere.example' "$http/"
check "no name by http is refused" is_problem 421 misdirected "http://127.0.0.1:$http_port/"
check "a foreign name by https is refused" is_problem 421 misdirected -H 'Host: elsewhere.example' "$https/"
check "a foreign name in the handshake is refused" refused curl -sS -k --resolve "elsewhere.example:$https_port:127.0.0.1" "https://elsewhere.example:$https_port/"
check "no name in the handshake is refused" refused curl -sS -k "https://127.0.0.1:$https_port/"
check "http on the port of https is refused as a problem" is_problem 400 bad_request "http://localhost:$https_port/"
for path in / /healthz /nope /embed.js; do
    check "$path by https has HSTS once" is "$(header_of strict-transport-security "$https$path")" max-age=31536000
done
check "HTTP/2 is spoken" is "$(curl -sS --http2 -o /dev/null -w '%{http_version}' "$https/healthz")" 2
check "a first chat by https and wss" is "$(BILLET_BASE_URL=$https "$repo_dir/tools/check/first_chat.sh")" ''

# The whole suite on the TLS example.
edges_on_tls() {
    EDGES_HOST=localhost EDGES_NO_HOST=421 EDGES_DEMO=404 EDGES_ACCESS_LOG=$dir/log/billet.log "$here/nginx_edges.sh" "$https"
}
edges_on_tls >"$dir/edges.out"
grep '^\(FAILED\|    |\)' "$dir/edges.out" | sed 's/^FAILED/FAILED on the TLS example:/'
read -r edges_passed edges_failed < <(sed -nE '$s/^([0-9]+) passed, ([0-9]+) failed$/\1 \2/p' "$dir/edges.out")
passed=$((passed + ${edges_passed:-0})) failed=$((failed + ${edges_failed:-1}))

# --- Loopback and metrics ---------------------------------------------------------------------------------------------------

check "loopback answers beside TLS" is "$(status_of "$loopback/readyz")" 200
check "loopback answers as localhost" is "$(status_of -H "Host: localhost:$loopback_port" "$loopback/healthz")" 200
check "loopback refuses foreign names" is_problem 421 misdirected -H 'Host: elsewhere.example' "$loopback/healthz"
check "loopback has no HSTS" is "$(header_of strict-transport-security "$loopback/")" ''
check "metrics have a listener" is "$(curl -sS "$metrics/metrics/api-1" | grep -c '^# TYPE billet_replies_total')" 1
for url in "$loopback" "$https" "$behind"; do
    check "$url has no metrics" is_problem 404 not_found -H 'Host: localhost' "$url/metrics/api-1"
    check "$url has no demo" is_problem 404 not_found -H 'Host: localhost' "$url/demo/host.html"
done
"$clients" forward "$forward_port" "$loopback_port" >/dev/null &
servers+=($!)
check "a forwarder of bytes listens" wait_for_port "$forward_port"
check "a forwarder of bytes makes nobody local" is_problem 404 not_found "http://127.0.0.1:$forward_port/metrics/api-1"

# --- Limits by address, as a proxy tells it -----------------------------------------------------------------------------------

# shellcheck disable=SC2059  # the format is an argument
times() { for ((i = 1; i <= $1; i++)); do printf "$2 " "$i"; done; }  # times N FORMAT
statuses() { # statuses SOURCE CLAIM…: how many of each
    "$clients" handshakes "$behind_port" "$@" | tr ' ' '\n' | sort | uniq -c | awk '{ printf "%s%s: %s", sep, $2, $1; sep = ", " }'
}
over=$((sockets_max + 5))
# shellcheck disable=SC2046  # one word a claim
check "sockets of one IPv6 network are one address's" is "$(statuses 127.0.0.1 $(times $over '2001:db8:1:2:%x::7'))" "101: $sockets_max, 429: 5"
# shellcheck disable=SC2046
check "sockets of many IPv6 networks are not" is "$(statuses 127.0.0.1 $(times $over '2001:db8:1:%x::7'))" "101: $over"
# shellcheck disable=SC2046
check "IPv4 in IPv6 is the IPv4 that it is" is "$(statuses 127.0.0.1 $(times $sockets_max ::ffff:192.0.2.1) 192.0.2.1 ::ffff:192.0.2.2)" "101: $((sockets_max + 1)), 429: 1"
# shellcheck disable=SC2046
check "IPv4 is counted singly" is "$(statuses 127.0.0.1 $(times $over 198.51.100.%d))" "101: $over"
# shellcheck disable=SC2046
check "a claim from elsewhere than the proxy counts for nothing" is "$(statuses 127.0.0.2 $(times $over 203.0.113.%d))" "101: $sockets_max, 429: 5"

readiness_flood() {
    local answers
    answers=$(curl -sS -Z --parallel-max 20 -H 'X-Forwarded-For: 192.0.2.77' -H 'Host: localhost' -o /dev/null -w '%{http_code}\n' "$behind/readyz?[1-400]" 2>/dev/null | sort | uniq -c)
    echo "$answers"
    grep -q ' 200$' <<<"$answers" && grep -q ' 429$' <<<"$answers" && is "$(status_of -H 'X-Forwarded-For: 192.0.2.78' -H 'Host: localhost' "$behind/readyz")" 200
}
check "one address asks /readyz so often and no more; others still may" readiness_flood

# --- Other proxies in front -----------------------------------------------------------------------------------------------------

outer_nginx() {
    {
        [ "$(id -u)" -ne 0 ] || echo 'user root;'
        printf 'pid %s/outer.pid;\nerror_log %s/log/outer.log;\nevents {}\nhttp {\n' "$dir" "$dir"
        temp_paths
        here_of "$repo_dir/nginx/proxy-nginx.conf.example" "$nginx_port"
        echo '}'
    } >"$dir/outer.conf"
    start_nginx "$dir/outer.conf" "$nginx_port"
}
outer_haproxy() {
    here_of "$repo_dir/nginx/proxy-haproxy.cfg.example" 0 | sed -E -e "s#bind :::443 v4v6 ssl crt [^ ]*#bind 127.0.0.1:$haproxy_port ssl crt $dir/both.pem#" -e 's/maxconn .*/maxconn 200/' >"$dir/haproxy.cfg"
    haproxy -q -db -f "$dir/haproxy.cfg" >"$dir/log/haproxy.log" 2>&1 &
    servers+=($!)
    wait_for_port "$haproxy_port" && is "$(cat "$dir/log/haproxy.log")" ''
}
outer_caddy() {
    # Its certificate is ours, and nothing of it reaches outside.
    here_of "$repo_dir/nginx/proxy-Caddyfile.example" 0 | sed -e "s#^localhost {#https://localhost:$caddy_port {\\n\\tbind 127.0.0.1\\n\\ttls $dir/certificate.pem $dir/key.pem#" \
        -e '0,/^{/s//{\n\tadmin off\n\tauto_https disable_redirects/' >"$dir/Caddyfile"
    env -u SSL_CERT_FILE HOME="$dir" XDG_DATA_HOME="$dir" XDG_CONFIG_HOME="$dir" caddy run --adapter caddyfile --config "$dir/Caddyfile" >"$dir/log/caddy.log" 2>&1 &
    servers+=($!)
    wait_for_port "$caddy_port"
}
# The address in the inner log is the client's own, whatever it claims.
address_is_true() { # address_is_true URL MARK
    status_of --interface 127.0.0.3 -H 'X-Forwarded-For: 203.0.113.9' -H 'X-Real-IP: 203.0.113.9' -H 'Forwarded: for=203.0.113.9' "$1/healthz/$2" >/dev/null
    for _ in {1..50}; do
        if grep -q "\"path\":\"/healthz/$2\"" "$dir/log/billet.log"; then break; fi
        sleep 0.1
    done
    is "$(sed -nE "s#.*\"address\":\"([^\"]*)\".*\"path\":\"/healthz/$2\".*#\\1#p" "$dir/log/billet.log")" 127.0.0.3
}

urls=()
for proxy in nginx haproxy caddy; do
    port=${proxy}_port url=https://localhost:${!port}
    if ! command -v "$proxy" >/dev/null; then
        echo "not tried: there is no $proxy here"
        continue
    fi
    check "$proxy takes its example" "outer_$proxy"
    urls+=("wss://localhost:${!port}/ws")
    check "a first chat through $proxy" is "$(BILLET_BASE_URL=$url "$repo_dir/tools/check/first_chat.sh")" ''
    check "$proxy tells the client's address" address_is_true "$url" "$proxy"
    check "$proxy passes paths on as they came" is_problem 404 not_found --path-as-is "$url/chat/%2e%2e/internal/heads"
    check "$proxy shows no metrics" is_problem 404 not_found "$url/metrics/api-1"
    check "$proxy takes bodies that the api takes" is "$(head -c 65000 /dev/zero | tr '\0' ' ' | status_of -H 'Content-Type: application/json' --data-binary @- "$url/auth/login")" 400
    check "$proxy has HSTS once" is "$(header_of strict-transport-security "$url/healthz")" max-age=31536000
done

# Longer than any time-out for requests, shorter than wsd's own patience with a silent client.
name=idle-$RANDOM$RANDOM
token=$(curl -sS -H 'Content-Type: application/json' -d "{\"username\":\"$name\",\"password\":\"correct horse $name\"}" "$loopback/auth/register" | grep -oE '"access_token":"[^"]*"' | cut -d'"' -f4)
urls+=("wss://localhost:$https_port/ws")
idle=$(/usr/bin/python3 "$clients" idle 20 "$token" "${urls[@]}")
for url in "${urls[@]}"; do check "an idle socket stays: $url" is "$(grep -F "$url " <<<"$idle")" "$url alive"; done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
