#!/bin/sh
# A server with -r is ready when it has joined the others, and prints its key and its addresses only
# then: after the ready line it must be able to admit clients.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/redis.lib"
lib_key

# start_joining NAME: starts a server, and does not wait for its ready line.
start_joining() {
    start "$1" "$(lib_program stage3 server)" -p 0 -k "$TMP/key" -r "127.0.0.1:$redis_port"
}

# joins: the server has a connection to Redis beside our own, and waits for the answer.
joins() {
    joins_tries=0
    until [ "$(redis client list | grep -c -e cmd=evalsha -e cmd=script)" -ge 1 ]; do
        joins_tries=$((joins_tries + 1))
        [ $joins_tries -lt "$PATIENCE" ] || return 1
        "$TOOLS/await" 1 "$TMP/never" 1 never || :
    done
}

no_ready_line() { [ ! -s "$TMP/$1.out" ] || { cat "$TMP/$1.out"; return 1; }; }

start_redis
check "Redis takes no writes for a while" [ "$(redis client pause 60000 write)" = OK ]
start_joining one
check "a starting server asks Redis to join the others" joins
check "a server that waits for Redis prints no ready line" no_ready_line one
at=$(date +%s)
stop one
took=$(($(date +%s) - at))
check "SIGTERM ends the waiting server with status 0" [ "$status" = 0 ]
check "the waiting server ends at once ($took seconds)" [ "$took" -le 2 ]
check "the waiting server ends without a ready line" no_ready_line one
start_joining two
check "a second server asks Redis to join the others" joins
check "Redis takes writes again" [ "$(redis client unpause)" = OK ]
check "the second server prints its ready line" sees two "listening on"
check "the second server prints its key" sees two "stage3 server: key "
stop two

stop redis KILL
start_joining three
allow_stderr three
check "a server that cannot reach Redis exits with 1" exits three 1
check "the server prints why it cannot use Redis" \
    complains three "cannot use Redis at 127.0.0.1:$redis_port: "
check "a server that cannot reach Redis prints no ready line" no_ready_line three
done_testing
