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
check "a room" sees alice "* welcome, alice"
stop redis KILL
check "the log says that Redis is gone" complains one "no answer from Redis at 127.0.0.1:$redis_port: "
check "and that nobody can enter" complains one "nobody can enter"
check "members are told, too" sees alice "* waiting for the others"
start bob "$(lib_program stage3 client)" -n bob -j r "$one"
allow_stderr bob
at=$(date +%s)
check "a newcomer ends with a reason" exits bob 1
took=$(($(date +%s) - at))
check "which is the right one" complains bob "cannot reach the rooms that it shares"
check "within 5 seconds ($took)" [ "$took" -le 5 ]
start redis $redis_server --port "$redis_port" --bind 127.0.0.1 --save '' --appendonly no --dir "$TMP"
check "when it is back" complains one "answers again"
once() { [ "$(grep -c "no answer from Redis" "$TMP/one.err")" = 1 ]; }
check "it was told once" once
done_testing
