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
check "alice creates a room at server one" sees alice "* welcome, alice"
member bob "$two" -n bob -j lounge
check "bob joins the room at server two" sees bob "* welcome, bob"
check "alice is told that bob joined" sees alice "* bob joined"
member carol "$three" -n carol -j lounge
check "carol joins the room at server three" sees carol "* welcome, carol"
types alice "hello, both"
check "bob sees alice's line at server two" sees bob "alice: hello, both"
check "carol sees alice's line at server three" sees carol "alice: hello, both"
types carol "hello, alice" "a second line"
check "alice sees carol's second line" sees alice "carol: a second line"
check "bob sees carol's second line" sees bob "carol: a second line"
check "carol does not see her own line" never_saw carol "carol: hello, alice"
types bob "/who"
check "/who at server two lists the members" sees bob "* here: alice (host), "
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
        [ $name = $other ] || check "$name sees $other's last line" \
            sees $name "$other: line 99"
    done
done
# Each member saw the lines of the others: each once, in order.
once() {
    sed -n "s/^$2: \(line [0-9]*\)$/\1/p" "$TMP/$1.out" | diff "$TMP/lines" -
}
for name in alice bob carol; do
    for other in alice bob carol; do
        [ $name = $other ] || check "$name sees each of $other's lines once, in order" \
            once $name $other
    done
done

start second "$(lib_program stage3 client)" -n bob -j lounge "$three"
allow_stderr second
check "a name that is taken at another server is refused" exits second 1
check "the client prints that the name is taken" \
    complains second "somebody in the room has that name"
start second "$(lib_program stage3 client)" -n eve -c lounge "$two"
allow_stderr second
check "a room that exists at another server is not created again" exits second 1
check "the client prints that the room exists" \
    complains second "there is a room of that name already"
start second "$(lib_program stage3 client)" -n eve -j cellar "$two"
allow_stderr second
check "a room that exists at no server cannot be joined" exits second 1
check "the client prints that the room does not exist" \
    complains second "there is no room of that name"

member dave "$two" -n dave -j lounge
check "dave, who joins later, sees the lines before" sees dave "carol: line 99"
member erin "$three" -n erin -c kitchen
check "erin creates a second room" sees erin "* welcome, erin"
list() {
    "$(lib_program stage3 client)" -l "$1" >"$TMP/unsorted" || return
    sort "$TMP/unsorted" >"$TMP/list"
}
lists() { printf 'kitchen: 1 member\nlounge: 4 members\n' | diff - "$TMP/list"; }
check "server one lists the rooms" list "$one"
check "the list has both rooms, with all their members" lists

types alice "/kick bob"
check "bob, kicked by a host at another server, exits with 6" exits bob 6
check "bob is told that he was kicked" sees bob "* you were kicked by the host"
check "carol is told that bob was kicked" sees carol "* bob was kicked by the host"
types dave "/leave"
check "dave leaves and exits with 0" exits dave 0
check "alice is told that dave left" sees alice "* dave left"
check "carol is told that dave left" sees carol "* dave left"
types alice "/leave"
check "alice, the host, leaves and exits with 0" exits alice 0
check "carol is told that the room is closed" sees carol "* the room is closed: the host has left"
check "carol's client ends with the room" ended carol
check "server two lists the rooms" list "$two"
gone() { printf 'kitchen: 1 member\n' | diff - "$TMP/list"; }
check "the closed room is not in the list" gone

# A password.
CHAT_PASSWORD="open sesame" member ali "$one" -n ali -c cave
check "ali creates a room with a password at server one" sees ali "* welcome, ali"
CHAT_PASSWORD="open sesame" member baba "$two" -n baba -j cave
check "baba joins with the password at server two" sees baba "* welcome, baba"
types ali "forty of them"
check "baba can read ali's line" sees baba "ali: forty of them"
types baba "I see"
check "ali can read baba's line" sees ali "baba: I see"
CHAT_PASSWORD="open barley" start second "$(lib_program stage3 client)" -n kasim -j cave "$three"
allow_stderr second
check "a wrong password at server three is refused" exits second 3
check "the client prints that the password is wrong" complains second "password"
secret() {
    log=chat3:log:$(redis HGET chat3:rooms cave | cut -c 1-32)
    [ "$(redis XLEN "$log")" -ge 4 ] || return # two members, two lines
    redis XRANGE "$log" - + >"$TMP/entries" && ! grep -a -e forty "$TMP/entries"
}
check "Redis cannot read the lines of the room" secret

# The end of a server is not the end of its members.
member frank "$two,$three" -n frank -j kitchen
check "frank, who has two servers, joins at server two" sees frank "* welcome, frank"
stop two
check "server two ends with status 0" [ "$status" -eq 0 ]
check "frank is told that server two shuts down" sees frank "* the server is shutting down"
types frank "still here"
check "erin sees frank's line through server three" sees erin "frank: still here"
check "erin is not told that frank left" never_saw erin "frank left"
stop one
check "server one ends with status 0" [ "$status" -eq 0 ]
stop three
check "server three ends with status 0" [ "$status" -eq 0 ]
check "erin is told that the last server closes her room" \
    sees erin "* the room is closed: the server is shutting down"
check "no room is left in Redis" [ "$(redis HEXISTS chat3:rooms kitchen)" = 0 ]
done_testing
