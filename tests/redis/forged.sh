#!/bin/sh
# Replies of Redis may be wrong: another program uses the port, the password is wrong, or an
# attacker inserts bytes on the path. No server crashes.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/redis.lib"
PATIENCE=30
start_redis
start_cluster honest
allow_stderr honest # its log tells when Redis is gone
start meddle "$TOOLS/meddle" "$redis_port" "$TMP/forged"
"$TOOLS/await" "$PATIENCE" "$TMP/meddle.out" 1 "" || bail "the meddler gets ready"
straight=$redis_port
redis_port=$(cat "$TMP/meddle.out")
start_cluster victim
allow_stderr victim # its log tells when Redis is gone
redis_port=$straight
honest=$(address_of honest)
victim=$(address_of victim)

member alice "$honest" -n alice -c den
check "alice creates a room at the honest server" sees alice "* welcome, alice"
member bob "$victim" -n bob -j den
check "bob joins at the server that gets forged bytes" sees bob "* welcome, bob"
room=$(redis HGET chat3:rooms den | cut -c 1-32)
channel=chat3:$room

# forge WHAT FORMAT: inserts these bytes, and checks that the chat goes on.
round=0
forge() {
    round=$((round + 1))
    # shellcheck disable=SC2059 # the format is the bytes
    printf -- "$2" >"$TMP/made"
    mv "$TMP/made" "$TMP/forged"
    types bob "bob, $round"
    check "$1: bob's line reaches alice" sees alice "bob: bob, $round"
    types alice "alice, $round"
    check "$1: alice's line reaches bob" sees bob "alice: alice, $round"
}
forge "a reply without a call" '+OK\r\n'
forge "an error" '-ERR no\r\n'
forge "bytes that are not RESP" 'SSH-2.0-OpenSSH_9.9\r\n'
forge "an array of too many values" '*1000000000\r\n'
forge "a negative size" '$-5\r\n'
forge "arrays nested too deeply" \
    '*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n'
push='>3\r\n$7\r\nmessage\r\n$38\r\n'$channel'\r\n'
forge "an entry that is not a row" "$push"'$5\r\n9 abc\r\n'
forge "an entry of an unknown kind" "$push"'$5\r\n9 \t\000\000\r\n'
forge "an entry far ahead that is not a row" "$push"'$13\r\n900000 \002\000\003abc\r\n'
forge "an entry far ahead that is a row" \
    "$push"'$29\r\n900000 \002\000\023mmmmmmmmmmmmmmmmmal\r\n'
forge "a gap, which a log cannot have" "$push"'$13\r\n4 \006\000\010abcdefgh\r\n'
forge "a move of a member that is not here" \
    "$push"'$54\r\n0 mmmmmmmmmmmmmmmm 11111111111111111111111111111111 x\r\n'
forge "a push of another kind" '>2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nx\r\n'
forge "a message without a text" '>2\r\n$7\r\nmessage\r\n:1\r\n'
forge "a map" '%%1\r\n+a\r\n+b\r\n'
check "the server that got forged bytes still runs" runs victim
check "alice is not told that bob left" never_saw alice "* bob left"

# --- servers that cannot be used at all ---

# They wait ten seconds for a valid answer, all at the same time.
tries() { # NAME URL
    start "$1" "$(lib_program stage3 server)" -p 0 -k "$TMP/key" -r "$2"
    allow_stderr "$1"
}
refuses() { # NAME TEXT
    exits "$1" 1 && complains "$1" "$2"
}
lib_key
redis CONFIG SET requirepass "open:sesame" >/dev/null
tries nobody 127.0.0.1:1
tries another "127.0.0.1:${honest##*:}"
tries without "127.0.0.1:$redis_port"
tries wrong "redis://:wrong@127.0.0.1:$redis_port"
check "a server that cannot reach Redis exits" refuses nobody "cannot use Redis at 127.0.0.1:1:"
check "a server exits if the port is another program's" refuses another "cannot use Redis at"
check "a server without Redis's password exits" refuses without "NOAUTH"
check "a server with a wrong password for Redis exits" refuses wrong "WRONGPASS"
start right "$(lib_program stage3 server)" -p 0 -k "$TMP/key" \
    -r "redis://:open%3Asesame@127.0.0.1:$redis_port/2"
check "a server with the right password gets ready" sees right "listening on"
stop right
CHAT_REDIS="redis://:open%3Asesame@127.0.0.1:$redis_port/2" \
    start right "$(lib_program stage3 server)" -p 0 -k "$TMP/key"
check "a server takes the address of Redis from the environment" sees right "listening on"
redis_cli="$redis_cli --no-auth-warning -a open:sesame"
check "the server uses the database that the URL names" [ "$(redis -n 2 EXISTS chat3:epoch)" = 1 ]
stop right
check "a server that ends removes itself from that database" \
    [ "$(redis -n 2 HLEN chat3:servers)" = 0 ]
redis CONFIG SET requirepass "" >/dev/null
redis_cli=${redis_cli%% *}
redis SET chat3:key other >/dev/null
tries other "127.0.0.1:$redis_port"
check "a server whose key the others do not have exits" refuses other "its servers have another key"
redis CONFIG SET maxmemory 100mb maxmemory-policy allkeys-lru >/dev/null
tries full "127.0.0.1:$redis_port"
check "a server exits if Redis may evict any key" refuses full "noeviction"
start wrong "$(lib_program stage3 server)" -r "redis://x:0"
allow_stderr wrong
check "an address of Redis with port 0 is refused" exits wrong 2
start wrong "$(lib_program stage3 server)" -r "rediss://:hidden@127.0.0.1:$redis_port"
allow_stderr wrong
check "an unknown scheme in the URL is refused" exits wrong 2
silent_about() { ! grep "$2" "$TMP/$1.err"; }
check "the password in a refused URL is not printed" silent_about wrong hidden
start wrong "$(lib_program stage3 server)" -r 127.0.0.1 -j "$TMP/journal"
allow_stderr wrong
check "-j and -r together are refused" exits wrong 2
done_testing
