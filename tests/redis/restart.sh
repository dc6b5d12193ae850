#!/bin/sh
# Redis stops for some seconds without ending. Then it ends and is started again: with the state
# that it had, with an older one, and empty.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/redis.lib"
PATIENCE=30
start_redis --dbfilename state.rdb
start_cluster one
start_cluster two
allow_stderr one # its log tells that Redis does not answer
allow_stderr two
one=$(address_of one)
two=$(address_of two)

# again [OPTION...]: starts Redis on the same port, and waits until it takes commands.
again() {
    start redis $redis_server --port "$redis_port" --bind 127.0.0.1 --save '' --appendonly no \
        --dir "$TMP" "$@"
    "$TOOLS/await" "$PATIENCE" "$TMP/redis.out" 1 "eady to accept connections" ||
        bail "Redis gets ready again" "$TMP/redis.out"
}
meet() { # ROOM
    member alice "$one" -n alice -c "$1"
    check "alice creates the room $1 at server one" sees alice "* welcome, alice"
    member bob "$two" -n bob -j "$1"
    check "bob joins the room $1 at server two" sees bob "* welcome, bob"
    types alice "before"
    check "bob sees alice's line in the room $1" sees bob "alice: before"
}

# --- it stops, and goes on ---

meet first
kill -s STOP "$(lib_get pid redis)"
types alice "while it stood still"
check "alice is told that her server waits for the stopped Redis" \
    sees alice "* waiting for the others"
check "bob is told that his server waits for the stopped Redis" sees bob "* waiting for the others"
kill -s CONT "$(lib_get pid redis)"
check "alice is told when Redis continues" sees alice "* the others are back"
check "bob sees the line that alice sent during the stop" sees bob "alice: while it stood still"
once() { [ "$(grep -c "alice: while it stood still" "$TMP/bob.out")" -eq 1 ]; }
types bob "after"
check "alice sees the line that bob sends after the stop" sees alice "bob: after"
check "bob sees the line sent during the stop once" once
never_lost() { ! grep -e "left" -e "was lost" -e "closed" "$TMP/alice.out" "$TMP/bob.out"; }
check "no member is lost while Redis is stopped" never_lost

# --- its connections break ---

redis CLIENT KILL TYPE normal >/dev/null
redis CLIENT KILL TYPE pubsub >/dev/null
types alice "over a new connection"
check "a server connects again when its connections are closed" \
    sees bob "alice: over a new connection"
redis SCRIPT FLUSH >/dev/null
types bob "with a script that was forgotten"
check "a server loads its script again when Redis has dropped it" sees alice "bob: with a script"

# --- it is started again with all that it had ---

redis SAVE >/dev/null
cp "$TMP/state.rdb" "$TMP/older.rdb"
stop redis KILL
types alice "while it was gone"
check "alice is told that Redis is gone" sees alice "* waiting for the others" 2
again --dbfilename state.rdb
check "bob sees the line that alice sent while Redis was gone" sees bob "alice: while it was gone"
types bob "it is back"
check "alice sees bob's line after Redis is back" sees alice "bob: it is back"
check "no member is lost while Redis is gone" never_lost

# --- it is started again with an older state ---

stop redis KILL
cp "$TMP/older.rdb" "$TMP/state.rdb"
again --dbfilename state.rdb
check "alice is told that Redis's state is older" sees alice "the server went back"
check "bob is told that Redis's state is older" sees bob "the server went back"
types alice "the room goes on"
check "bob sees alice's line with the older state" sees bob "alice: the room goes on"
check "no member is lost with the older state" never_lost

# --- it is started again, empty ---

lost="* the room is closed: the shared log was lost"
stop redis KILL
rm -f "$TMP/state.rdb"
again
check "alice's room is closed when Redis is empty" sees alice "$lost"
check "bob's room is closed when Redis is empty" sees bob "$lost"
check "alice's client ends with her room" ended alice
check "bob's client ends with his room" ended bob
meet second
list() { "$(lib_program stage3 client)" -l "$one" >"$TMP/list"; }
lists() { echo "second: 2 members" | diff - "$TMP/list"; }
check "the rooms of an empty Redis can be listed" list
check "only the new room is listed" lists
done_testing
