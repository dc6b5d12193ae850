#!/bin/sh
# A server is stopped for so long that it is declared dead, and then continues. It must not go on
# as if nothing had happened: its members, and their lines, may be at other servers by then.
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
check "alice creates a room at server two" sees alice "* welcome, alice"
member bob "$one,$two" -n bob -j lounge
check "bob joins at the server that will be stopped" sees bob "* welcome, bob"
member carol "$one" -n carol -j lounge
check "carol, who has no other server, joins there too" sees carol "* welcome, carol"
allow_stderr carol # it complains that nobody answers
types bob "before"
check "alice sees bob's line before the stop" sees alice "bob: before"
check "carol sees bob's line before the stop" sees carol "bob: before"

kill -s STOP "$(lib_get pid one)"
types bob "to whom it may concern"
types carol "does nobody hear me"
check "bob's line reaches alice through the other server" sees alice "bob: to whom it may concern"
is_dead() {
    dead_tries=0
    until redis HGETALL chat3:servers | grep -q '^dead$'; do
        dead_tries=$((dead_tries + 1))
        [ $dead_tries -lt $PATIENCE ] || return 1
        "$TOOLS/await" 1 "$TMP/never" 1 never || :
    done
}
check "the stopped server is declared dead" is_dead
kill -s CONT "$(lib_get pid one)"
check "carol's line arrives when the server continues" sees alice "carol: does nobody hear me"
types alice "good morning"
check "carol sees alice's line after the server continued" sees carol "alice: good morning"
check "bob sees alice's line after the server continued" sees bob "alice: good morning"
types carol "good morning"
check "bob sees the line that carol sends after the stop" sees bob "carol: good morning"
once() { [ "$(grep -c -e "$1" "$TMP/alice.out")" -eq 1 ]; }
check "alice sees the line that bob sent during the stop once" once "to whom it may concern"
check "alice sees the line that carol sent during the stop once" once "does nobody hear me"
never_told() { ! grep -e left "$TMP/alice.out"; }
check "alice is not told that anyone left" never_told
two_servers() { [ "$(redis HVALS chat3:servers | grep -c alive)" -eq 2 ]; }
check "the server rejoins under another id" two_servers
done_testing
