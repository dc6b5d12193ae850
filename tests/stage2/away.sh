#!/bin/sh
# A client that was away for longer than the silence allowed joins again by itself, and the host
# creates its room again. With a short -t the client sends more often.
. "$(dirname "$0")/../lib/lib.sh"
PATIENCE=20

start_server stage2 -t 3
client alice -n alice -c r
check "alice, the host, is welcomed" sees alice "* welcome, alice"
client bob -n bob -j r
check "alice sees that bob joined" sees alice "bob joined"

kill -s STOP "$(lib_get pid bob)"
check "a guest that is silent for too long is dropped" sees alice "* bob left"
kill -s CONT "$(lib_get pid bob)"
check "bob is told why he was dropped" sees bob "* you were silent for 3 seconds and were taken out"
check "bob joins again by himself" sees bob "* you were taken out; you have joined again"
types bob "back again"
check "alice sees bob's line after he is back" sees alice "bob: back again"
types alice "and hears"
check "bob sees alice's line after he is back" sees bob "alice: and hears"

kill -s STOP "$(lib_get pid alice)"
check "a host that is silent for too long loses its room" \
    sees bob "* the room is closed: the host has left"
check "bob's client exits with 0 when the room closes" exits bob 0
kill -s CONT "$(lib_get pid alice)"
check "alice is told why she was dropped" \
    sees alice "* you were silent for 3 seconds and were taken out"
check "alice creates the room again by herself" \
    sees alice "* your room was closed; this is a new room of that name"
client carol -n carol -j r
check "carol joins the new room" sees carol "* welcome, carol"
PATIENCE=7
refute "neither is dropped, though each must speak every second" sees carol "* "  4
PATIENCE=20
hangup alice
check "the host's client ends" \
    ended alice # she may have been stopped before her last line was answered
allow_stderr alice
check "carol's client exits with 0 when the room closes" exits carol 0
hangup bob
done_testing
