#!/bin/sh
# Anybody can forge a notice of the server, because no datagram of stages 1 and 2 is sealed. A
# client that is told of its end first asks the server, and goes on if it gets an answer.
. "$(dirname "$0")/../lib/lib.sh"

# start_forger: starts a path to the server, on which somebody forges what $TMP/forgery contains.
start_forger() {
    start lossy "$TOOLS/lossy" -f "$TMP/forgery" "$host" "$port"
    check "the path with the forger is ready" sees lossy "listening on"
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
check "alice is welcomed" sees alice "* welcome, alice"
# Each sends a line first: the port that a client announces over TCP is not that of the path in
# between, and the server sends to it until a datagram comes.
types alice "hello"
client bob -n bob -j r
check "bob is welcomed" sees bob "* welcome, bob"
types bob "hello"
check "alice sees bob's line" sees alice "bob: hello"
types alice "hello, bob"
check "bob sees alice's line" sees bob "alice: hello, bob"
still="* but the server says that you are in the room: somebody forged that, or it was late"
forge '* the room is closed: the host has left'
check "alice's client prints a forged end of the room" \
    sees alice "* the room is closed: the host has left"
goes_on "alice is still in the room after the forged end" 1
forge '* the server is shutting down'
check "alice's client prints a forged shutdown" sees alice "* the server is shutting down"
goes_on "alice is still in the room after the forged shutdown" 2
forge '* you were kicked by the host'
check "alice's client prints a forged kick" sees alice "* you were kicked by the host"
goes_on "alice is still in the room after the forged kick" 3
check "bob is still in the room after three forgeries" sees bob "$still" 3
types alice "still here"
check "bob sees alice's line after the forgeries" sees bob "alice: still here"
types bob "so am I"
check "alice sees bob's line after the forgeries" sees alice "bob: so am I"
check "alice is not told that bob left" never_saw alice "bob left"

# Real notices take effect over the same path: a kick, and the end of the room.
types alice "/kick bob"
check "a real kick ends bob's client" exits bob 1
allow_stderr bob
client carol -n carol -j r
check "carol joins" sees carol "* welcome, carol"
types carol "hello"
check "alice sees carol's line" sees alice "carol: hello"
hangup alice
check "the host leaves and exits with 0" exits alice 0
check "carol is told that the room is closed" sees carol "* the room is closed: the host has left"
check "carol's client exits with 0" exits carol 0
check "carol is told once" once carol "the room is closed"

# The client of stage 1 also asks the server.
stop lossy
stop server
start_server stage1
start_forger
client dave -n dave
check "stage 1: dave is welcomed" sees dave "* welcome, dave"
forge '\0the server is shutting down'
check "stage 1: dave's client prints a forged shutdown" sees dave "* the server is shutting down"
check "stage 1: the server answers after the forged shutdown" sees dave "* the server answers again"
forge '\0you were silent for 60 seconds and were taken out'
check "stage 1: the server answers after a forged farewell" sees dave "* the server answers again" 2
client erin -n erin
check "stage 1: erin joins" sees erin "* welcome, erin"
types dave "still here"
check "stage 1: erin sees dave's line" sees erin "dave: still here"
hangup dave
check "stage 1: dave leaves and exits with 0" exits dave 0
done_testing
