#!/bin/sh
# Anybody can forge a notice of the server, because no datagram of stages 1 and 2 is sealed. A
# client that is told of its end first asks the server, and goes on if it gets an answer.
. "$(dirname "$0")/../lib/lib.sh"

# start_forger: starts a path to the server, on which somebody forges what $TMP/forgery contains.
start_forger() {
    start lossy "$TOOLS/lossy" -f "$TMP/forgery" "$host" "$port"
    check "somebody sits on the way" sees lossy "listening on"
    port=$(sed -n 's/.*://p' "$TMP/lossy.out")
}

# forge FORMAT: forges bytes, given as a format of printf.
forge() {
    # shellcheck disable=SC2059
    printf "$1" >"$TMP/forgery"
    kill -s USR1 "$(lib_get pid lossy)"
}

once() { [ "$(grep -c "$2" "$TMP/$1.out")" = 1 ]; }

# goes_on WHAT COUNT: the client reports, for the COUNTth time, that it is still in the room.
goes_on() { check "$1" sees alice "$still" "$2"; }

start_server stage2
start_forger
client alice -n alice -c r
check "alice is in" sees alice "* welcome, alice"
# Each sends a line first: the port that a client announces over TCP is not that of the path in
# between, and the server sends to it until a datagram comes.
types alice "hello"
client bob -n bob -j r
check "bob is in" sees bob "* welcome, bob"
types bob "hello"
check "alice hears bob" sees alice "bob: hello"
types alice "hello, bob"
check "and bob alice" sees bob "alice: hello, bob"
still="* but the server says that you are in the room: somebody forged that, or it was late"
forge '* the room is closed: the host has left'
check "a forged end of the room" sees alice "* the room is closed: the host has left"
goes_on "is no end" 1
forge '* the server is shutting down'
check "a forged shutdown" sees alice "* the server is shutting down"
goes_on "is none" 2
forge '* you were kicked by the host'
check "a forged kick" sees alice "* you were kicked by the host"
goes_on "is none" 3
check "nor for the other one" sees bob "$still" 3
types alice "still here"
check "what is said goes on" sees bob "alice: still here"
types bob "so am I"
check "both ways" sees alice "bob: so am I"
check "nobody has left" never_saw alice "bob left"

# Real notices: a kick is reported and takes effect; so does the end of the room, over the same
# path.
types alice "/kick bob"
check "a real kick ends the client" exits bob 1
allow_stderr bob
client carol -n carol -j r
check "somebody else is in" sees carol "* welcome, carol"
types carol "hello"
check "and is heard" sees alice "carol: hello"
hangup alice
check "the host leaves" exits alice 0
check "and the room is closed" sees carol "* the room is closed: the host has left"
check "which ends the others" exits carol 0
check "they were told once" once carol "the room is closed"

# Stage 1 asks, too.
stop lossy
stop server
start_server stage1
start_forger
client dave -n dave
check "dave is in" sees dave "* welcome, dave"
forge '\0the server is shutting down'
check "a forged shutdown in stage 1" sees dave "* the server is shutting down"
check "is followed by the server's answer" sees dave "* the server answers again"
forge '\0you were silent for 60 seconds and were taken out'
check "so is a forged farewell" sees dave "* the server answers again" 2
client erin -n erin
check "somebody else is in" sees erin "* welcome, erin"
types dave "still here"
check "he is in all the time" sees erin "dave: still here"
hangup dave
check "he leaves in peace" exits dave 0
done_testing
