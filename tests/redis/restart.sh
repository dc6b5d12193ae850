#!/bin/sh
# Redis ends and is started again: empty, with the state that it had, or with an older one. And it
# stops for some seconds without ending.
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
    check "a room at one server" sees alice "* welcome, alice"
    member bob "$two" -n bob -j "$1"
    check "and a member at the other" sees bob "* welcome, bob"
    types alice "before"
    check "they talk" sees bob "alice: before"
}

# --- it stops, and goes on ---

meet first
kill -s STOP "$(lib_get pid redis)"
types alice "while it stood still"
check "when Redis stands still, members are told" sees alice "* waiting for the others"
check "all of them" sees bob "* waiting for the others"
kill -s CONT "$(lib_get pid redis)"
check "when it goes on, too" sees alice "* the others are back"
check "what was said meanwhile arrives" sees bob "alice: while it stood still"
once() { [ "$(grep -c "alice: while it stood still" "$TMP/bob.out")" -eq 1 ]; }
types bob "after"
check "and the talk goes on" sees alice "bob: after"
check "it came once" once
never_lost() { ! grep -e "left" -e "was lost" -e "closed" "$TMP/alice.out" "$TMP/bob.out"; }
check "nobody was lost by it" never_lost

# --- its connections break ---

redis CLIENT KILL TYPE normal >/dev/null
redis CLIENT KILL TYPE pubsub >/dev/null
types alice "over a new connection"
check "a broken connection is made again" sees bob "alice: over a new connection"
redis SCRIPT FLUSH >/dev/null
types bob "with a script that was forgotten"
check "a script that Redis has forgotten is loaded again" sees alice "bob: with a script"

# --- it is started again with all that it had ---

redis SAVE >/dev/null
cp "$TMP/state.rdb" "$TMP/older.rdb"
stop redis KILL
types alice "while it was gone"
check "when Redis is gone, members are told" sees alice "* waiting for the others" 2
again --dbfilename state.rdb
check "when it is back with what it had, the talk goes on" sees bob "alice: while it was gone"
types bob "it is back"
check "both ways" sees alice "bob: it is back"
check "and nobody was lost by it" never_lost

# --- it is started again with an older state ---

stop redis KILL
cp "$TMP/older.rdb" "$TMP/state.rdb"
again --dbfilename state.rdb
check "with an older state, it is told how much is lost" sees alice "the server went back"
check "at the other server, too" sees bob "the server went back"
types alice "the room goes on"
check "and the room goes on" sees bob "alice: the room goes on"
check "nobody was lost by that, either" never_lost

# --- it is started again, empty ---

lost="* the room is closed: the shared log was lost"
stop redis KILL
rm -f "$TMP/state.rdb"
again
check "with nothing, all rooms are closed" sees alice "$lost"
check "everywhere" sees bob "$lost"
check "members end" ended alice
check "all of them" ended bob
meet second
list() { "$(lib_program stage3 client)" -l "$one" >"$TMP/list"; }
lists() { echo "second: 2 members" | diff - "$TMP/list"; }
check "and a new room of that name" list
check "is the only one" lists
done_testing
