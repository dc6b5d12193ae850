#!/bin/sh
# A client that was away for longer than the silence allowed joins again by itself, and the host
# creates its room again. With a short -t the client sends more often.
. "$(dirname "$0")/../lib/lib.sh"
PATIENCE=20

start_server stage2 -t 3
client alice -n alice -c r
check "a host is there" sees alice "* welcome, alice"
client bob -n bob -j r
check "and another one" sees alice "bob joined"

kill -s STOP "$(lib_get pid bob)"
check "the other one is away for too long" sees alice "* bob left"
kill -s CONT "$(lib_get pid bob)"
check "he is told" sees bob "* you were silent for 3 seconds and were taken out"
check "joins again" sees bob "* you were taken out; you have joined again"
types bob "back again"
check "and is heard" sees alice "bob: back again"
types alice "and hears"
check "and hears" sees bob "alice: and hears"

kill -s STOP "$(lib_get pid alice)"
check "the host is away for too long" sees bob "* the room is closed: the host has left"
check "the other one ends" exits bob 0
kill -s CONT "$(lib_get pid alice)"
check "the host is told" sees alice "* you were silent for 3 seconds and were taken out"
check "and creates the room again" sees alice "* your room was closed; this is a new room of that name"
client carol -n carol -j r
check "where another one is welcome" sees carol "* welcome, carol"
PATIENCE=7
refute "the two stay, though each must speak every second" sees carol "* "  4
PATIENCE=20
hangup alice
check "the host leaves" ended alice # she may have been stopped before her last line was answered
allow_stderr alice
check "the host's end is the room's" exits carol 0
hangup bob
done_testing
