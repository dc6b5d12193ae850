#!/bin/sh
# A server is stopped for so long that it is declared dead, and then continues. It must not go on as
# if nothing had happened: its members may be elsewhere, and their lines are.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/redis.lib"
PATIENCE=40 # 10 s until its lease has run out, and 10 until it is declared dead
start_redis
start_cluster one
start_cluster two
allow_stderr one # its log tells that Redis does not answer
allow_stderr two
one=$(address_of one)
two=$(address_of two)

member alice "$two" -n alice -c lounge
check "a room" sees alice "* welcome, alice"
member bob "$one,$two" -n bob -j lounge
check "a member at the server that will stand still" sees bob "* welcome, bob"
member carol "$one" -n carol -j lounge
check "and one there who knows no other" sees carol "* welcome, carol"
allow_stderr carol # it complains that nobody answers
types bob "before"
check "they talk" sees alice "bob: before"
check "all of them" sees carol "bob: before"

kill -s STOP "$(lib_get pid one)"
types bob "to whom it may concern"
types carol "does nobody hear me"
check "bob goes on at the other server" sees alice "bob: to whom it may concern"
is_dead() {
    dead_tries=0
    until redis HGETALL chat3:servers | grep -q '^dead$'; do
        dead_tries=$((dead_tries + 1))
        [ $dead_tries -lt $PATIENCE ] || return 1
        "$TOOLS/await" 1 "$TMP/never" 1 never || :
    done
}
check "the server is declared dead" is_dead
kill -s CONT "$(lib_get pid one)"
check "when it wakes up, carol comes back to it" sees alice "carol: does nobody hear me"
types alice "good morning"
check "and hears the others again" sees carol "alice: good morning"
check "as does bob" sees bob "alice: good morning"
types carol "good morning"
check "and is heard" sees bob "carol: good morning"
once() { [ "$(grep -c -e "$1" "$TMP/alice.out")" -eq 1 ]; }
check "what bob said came once" once "to whom it may concern"
check "what carol said, too" once "does nobody hear me"
never_told() { ! grep -e left "$TMP/alice.out"; }
check "nobody has left" never_told
two_servers() { [ "$(redis HVALS chat3:servers | grep -c alive)" -eq 2 ]; }
check "the server is there again, under another id" two_servers
done_testing
