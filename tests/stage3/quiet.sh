#!/bin/sh
# A member that only listens stays, however short the silence allowed is, because the server probes
# it. One that does not answer is dropped, is told so, and comes back by itself.
. "$(dirname "$0")/../lib/lib.sh"
STAGE=stage3
start_server stage3 -t 2
client alice -n alice -c r
check "alice is welcomed" sees alice "* welcome, alice"
client bob -n bob -j r
check "alice sees that bob joined" sees alice "* bob joined"
"$TOOLS/await" 7 gone $$ # more than three times the silence
check "bob, who only listens, is not dropped" never_saw alice "bob left"
check "alice's client still runs" runs alice
types bob "still here"
check "alice sees bob's line after his silence" sees alice "bob: still here"

kill -s STOP "$(lib_get pid bob)"
check "a member that does not answer is dropped" sees alice "* bob left"
kill -s CONT "$(lib_get pid bob)"
check "the dropped member is told why" sees bob "you were silent for 2 seconds and were taken out"
PATIENCE=20 # less than the 20 seconds after which it would have asked by itself, and 5 more
check "the dropped member joins again within seconds" sees alice "* bob joined" 2
types alice "welcome back"
check "bob sees alice's line after he is back" sees bob "alice: welcome back"
done_testing
