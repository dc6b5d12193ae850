#!/bin/sh
# A server with -r is ready when it has joined the others, and prints its key and its addresses only
# then: after the ready line it must be able to admit clients.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/redis.lib"
lib_key

# start_joining NAME: starts a server, and does not wait for its ready line.
start_joining() { start "$1" "$(lib_program stage3 server)" -p 0 -k "$TMP/key" -r "127.0.0.1:$redis_port"; }

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
check "Redis lets nobody write for a while" [ "$(redis client pause 60000 write)" = OK ]
start_joining one
check "a server asks to join the others" joins
check "which is no reason to say that it is ready" no_ready_line one
at=$(date +%s)
stop one
took=$(($(date +%s) - at))
check "SIGTERM ends it, and that is no error" [ "$status" = 0 ]
check "at once ($took seconds)" [ "$took" -le 2 ]
check "without a ready line" no_ready_line one
start_joining two
check "another one asks" joins
check "when Redis goes on" [ "$(redis client unpause)" = OK ]
check "it is ready" sees two "listening on"
check "and says whose key it has" sees two "stage3 server: key "
stop two

stop redis KILL
start_joining three
allow_stderr three
check "a server whose Redis cannot be reached ends by itself" exits three 1
check "with a reason" complains three "cannot use Redis at 127.0.0.1:$redis_port: "
check "and without a ready line" no_ready_line three
done_testing
