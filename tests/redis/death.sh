#!/bin/sh
# A server is killed in the middle of a conversation: its members go on at another server by
# themselves, and every line is there once. A member that has no other server
# is lost after a while.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/redis.lib"
PATIENCE=30 # a client notices after 5 s that nobody answers, and tries one server after the other
start_redis
start_cluster one
allow_stderr one # its log tells when Redis is gone
start_cluster two
allow_stderr two # its log tells when Redis is gone
start_cluster three
allow_stderr three # its log tells when Redis is gone
one=$(address_of one)
two=$(address_of two)
three=$(address_of three)

member alice "$one,$two,$three" -n alice -c lounge
check "alice creates a room at the server that will be killed" sees alice "* welcome, alice"
member bob "$one,$three" -n bob -j lounge
check "bob joins at the server that will be killed" sees bob "* welcome, bob"
member carol "$three" -n carol -j lounge
check "carol joins at another server" sees carol "* welcome, carol"
member dave "$one" -n dave -j lounge
check "dave, who has no other server, joins at the first one" sees dave "* welcome, dave"

# alice and carol write all the time, five lines at once, and the next ones when the other has seen
# the last one. So the server dies in the middle of them.
say_on() { # NAME READER
    i=0
    while [ $i -lt 150 ]; do
        echo "line $i"
        i=$((i + 1))
        [ $((i % 5)) -ne 0 ] || "$TOOLS/await" 60 "$TMP/$2.out" 1 "$1: line $((i - 5))"
    done >"$TMP/$1.in"
}
say_on alice carol &
one_writer=$!
say_on carol alice &
another_writer=$!
check "carol sees alice's lines before the server is killed" sees carol "alice: line 30"
stop one KILL
wait $one_writer $another_writer
check "carol sees alice's last line, sent at another server" sees carol "alice: line 149"
check "bob sees alice's last line at another server" sees bob "alice: line 149"
check "alice sees carol's last line" sees alice "carol: line 149"
check "bob sees carol's last line" sees bob "carol: line 149"
i=0
while [ $i -lt 150 ]; do
    echo "line $i"
    i=$((i + 1))
done >"$TMP/lines"
once() {
    sed -n "s/^$2: \(line [0-9]*\)$/\1/p" "$TMP/$1.out" | diff "$TMP/lines" -
}
check "carol sees each of alice's lines once, in order" once carol alice
check "bob sees each of alice's lines once, in order" once bob alice
check "bob sees each of carol's lines once, in order" once bob carol
check "alice sees each of carol's lines once, in order" once alice carol
never_told() { ! grep -e "alice left" -e "bob left" -e "alice was" -e "bob was" "$TMP/carol.out"; }
check "carol is not told that alice or bob left" never_told
types bob "I am here"
check "a member that had only read can still say a line" sees alice "bob: I am here"

PATIENCE=70 # 10 s until its lease has run out, 10 until it is declared dead, 30 for its members
check "a member that has no other server is lost after a while" sees carol "* dave left"
types alice "/leave"
check "the room closes when its host leaves at another server" \
    sees carol "* the room is closed: the host has left"
done_testing
