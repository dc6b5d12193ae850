#!/bin/sh
# Redis is gone: the server's log reports it at once, and a client that wants to join is told the
# reason within seconds. When Redis is back, everything goes on.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/redis.lib"
start_redis
start_cluster one
allow_stderr one
one=$(address_of one)
member alice "$one" -n alice -c r
check "alice creates a room while Redis runs" sees alice "* welcome, alice"
stop redis KILL
check "the log reports that Redis does not answer" \
    complains one "no answer from Redis at 127.0.0.1:$redis_port: "
check "the log reports that nobody can enter" complains one "nobody can enter"
check "a member is told that its server waits" sees alice "* waiting for the others"
start bob "$(lib_program stage3 client)" -n bob -j r "$one"
allow_stderr bob
at=$(date +%s)
check "a client that wants to join exits with 1" exits bob 1
took=$(($(date +%s) - at))
check "the client prints why it cannot join" complains bob "cannot reach the rooms that it shares"
check "the client ends within 5 seconds ($took)" [ "$took" -le 5 ]
start redis $redis_server --port "$redis_port" --bind 127.0.0.1 --save '' --appendonly no \
    --dir "$TMP"
check "the log reports that Redis answers again" complains one "answers again"
once() { [ "$(grep -c "no answer from Redis" "$TMP/one.err")" = 1 ]; }
check "the log reports the loss of Redis only once" once
done_testing
