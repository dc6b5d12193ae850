#!/bin/sh
# Rooms shared by three servers: everything works as on one server.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/redis.lib"
start_redis
start_cluster one
start_cluster two
start_cluster three
one=$(address_of one)
two=$(address_of two)
three=$(address_of three)

member alice "$one" -n alice -c lounge
check "a room is made at one server" sees alice "* welcome, alice"
member bob "$two" -n bob -j lounge
check "and joined at another one" sees bob "* welcome, bob"
check "who comes there is told of" sees alice "* bob joined"
member carol "$three" -n carol -j lounge
check "and at a third one" sees carol "* welcome, carol"
types alice "hello, both"
check "a line goes to the second" sees bob "alice: hello, both"
check "and to the third" sees carol "alice: hello, both"
types carol "hello, alice" "a second line"
check "and back" sees alice "carol: a second line"
check "in order" sees bob "carol: a second line"
check "one's own lines are not printed" never_saw carol "carol: hello, alice"
types bob "/who"
check "all are in the list" sees bob "* here: alice (host), "
types bob "/kick carol"
check "only the host can kick" sees bob "* only the host can do that"

# Many lines at once, from all three.
i=0
while [ $i -lt 100 ]; do
    echo "line $i"
    i=$((i + 1))
done >"$TMP/lines"
for name in alice bob carol; do cat "$TMP/lines" >"$TMP/$name.in"; done
for name in alice bob carol; do
    for other in alice bob carol; do
        [ $name = $other ] || check "$name gets the last line of $other" \
            sees $name "$other: line 99"
    done
done
# carol and bob saw alice's lines, and alice saw theirs: each once, in order.
once() {
    sed -n "s/^$2: \(line [0-9]*\)$/\1/p" "$TMP/$1.out" | diff "$TMP/lines" -
}
for name in alice bob carol; do
    for other in alice bob carol; do
        [ $name = $other ] || check "$name saw each line of $other once" once $name $other
    done
done

start second "$(lib_program stage3 client)" -n bob -j lounge "$three"
allow_stderr second
check "a name that is taken elsewhere" exits second 1
check "is told" complains second "somebody in the room has that name"
start second "$(lib_program stage3 client)" -n eve -c lounge "$two"
allow_stderr second
check "a room that is there elsewhere" exits second 1
check "is told, too" complains second "there is a room of that name already"
start second "$(lib_program stage3 client)" -n eve -j cellar "$two"
allow_stderr second
check "a room that is nowhere" exits second 1
check "the same" complains second "there is no room of that name"

member dave "$two" -n dave -j lounge
check "a newcomer reads what was said before" sees dave "carol: line 99"
member erin "$three" -n erin -c kitchen
check "another room" sees erin "* welcome, erin"
list() {
    "$(lib_program stage3 client)" -l "$1" >"$TMP/unsorted" || return
    sort "$TMP/unsorted" >"$TMP/list"
}
lists() { printf 'kitchen: 1 member\nlounge: 4 members\n' | diff - "$TMP/list"; }
check "the rooms can be listed" list "$one"
check "with all that are in them" lists

types alice "/kick bob"
check "who is kicked from another server ends with 6" exits bob 6
check "and is told why" sees bob "* you were kicked by the host"
check "all are told" sees carol "* bob was kicked by the host"
types dave "/leave"
check "who leaves ends well" exits dave 0
check "and all are told of it" sees alice "* dave left"
check "everywhere" sees carol "* dave left"
types alice "/leave"
check "the host leaves" exits alice 0
check "which closes the room for all" sees carol "* the room is closed: the host has left"
check "and ends them" ended carol
check "the rooms can be listed again" list "$two"
gone() { printf 'kitchen: 1 member\n' | diff - "$TMP/list"; }
check "it is in no list any more" gone

# A password.
CHAT_PASSWORD="open sesame" member ali "$one" -n ali -c cave
check "a room with a password" sees ali "* welcome, ali"
CHAT_PASSWORD="open sesame" member baba "$two" -n baba -j cave
check "opens at another server" sees baba "* welcome, baba"
types ali "forty of them"
check "and can be read there" sees baba "ali: forty of them"
types baba "I see"
check "and back" sees ali "baba: I see"
CHAT_PASSWORD="open barley" start second "$(lib_program stage3 client)" -n kasim -j cave "$three"
allow_stderr second
check "a wrong password" exits second 3
check "is wrong everywhere" complains second "password"
secret() {
    log=chat3:log:$(redis HGET chat3:rooms cave | cut -c 1-32)
    [ "$(redis XLEN "$log")" -ge 4 ] || return # two members, two lines
    redis XRANGE "$log" - + >"$TMP/entries" && ! grep -a -e forty "$TMP/entries"
}
check "and Redis cannot read what is said" secret

# The end of a server is not the end of its members.
member frank "$two,$three" -n frank -j kitchen
check "somebody who knows two servers" sees frank "* welcome, frank"
stop two
check "one of them ends" [ "$status" -eq 0 ]
check "as is told" sees frank "* the server is shutting down"
types frank "still here"
check "and goes on at the other" sees erin "frank: still here"
check "nobody saw anything of it" never_saw erin "frank left"
stop one
check "another one ends" [ "$status" -eq 0 ]
stop three
check "and the last one" [ "$status" -eq 0 ]
check "which closes all rooms" sees erin "* the room is closed: the server is shutting down"
check "in Redis, too" [ "$(redis HEXISTS chat3:rooms kitchen)" = 0 ]
done_testing
