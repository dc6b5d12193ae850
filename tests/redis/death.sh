#!/bin/sh
# A server is killed in the middle of a conversation: its members go on at another server by
# themselves, and every line is there once. A member without another server is lost after a while.
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
check "a room at the server that will die" sees alice "* welcome, alice"
member bob "$one,$three" -n bob -j lounge
check "another member there" sees bob "* welcome, bob"
member carol "$three" -n carol -j lounge
check "and one elsewhere" sees carol "* welcome, carol"
member dave "$one" -n dave -j lounge
check "and one there who knows no other server" sees dave "* welcome, dave"

# Both write all the time, five lines at once, and the next ones when carol or alice has seen the
# last one. So the server dies in the middle of them.
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
check "they talk" sees carol "alice: line 30"
stop one KILL
wait $one_writer $another_writer
check "alice gets to her last line elsewhere" sees carol "alice: line 149"
check "so does bob with reading" sees bob "alice: line 149"
check "the others' lines arrive, too" sees alice "carol: line 149"
check "and there" sees bob "carol: line 149"
i=0
while [ $i -lt 150 ]; do
    echo "line $i"
    i=$((i + 1))
done >"$TMP/lines"
once() {
    sed -n "s/^$2: \(line [0-9]*\)$/\1/p" "$TMP/$1.out" | diff "$TMP/lines" -
}
check "carol saw each line of alice once, and in order" once carol alice
check "bob as well" once bob alice
check "bob saw each line of carol once" once bob carol
check "alice as well" once alice carol
never_told() { ! grep -e "alice left" -e "bob left" -e "alice was" -e "bob was" "$TMP/carol.out"; }
check "nobody was told that they had left" never_told
types bob "I am here"
check "who only read can speak" sees alice "bob: I am here"

PATIENCE=70 # 10 s until its lease has run out, 10 until it is declared dead, 30 for its members
check "who knows no other server is lost after a while" sees carol "* dave left"
types alice "/leave"
check "the host's room closes as always" sees carol "* the room is closed: the host has left"
done_testing
