#!/bin/sh
# A member that only listens stays, however short the silence allowed is, because the server probes
# it. One that does not answer is dropped, is told so, and comes back by itself.
. "$(dirname "$0")/../lib/lib.sh"
STAGE=stage3
start_server stage3 -t 2
client alice -n alice -c r
check "alice is in" sees alice "* welcome, alice"
client bob -n bob -j r
check "bob is in" sees alice "* bob joined"
"$TOOLS/await" 7 gone $$ # more than three times the silence
check "bob, who only listens, is not dropped" never_saw alice "bob left"
check "nor is alice" runs alice
types bob "still here"
check "and can speak" sees alice "bob: still here"

kill -s STOP "$(lib_get pid bob)"
check "who does not answer is dropped" sees alice "* bob left"
kill -s CONT "$(lib_get pid bob)"
check "is told so" sees bob "you were silent for 2 seconds and were taken out"
PATIENCE=20 # less than the 20 seconds after which it would have asked by itself, and 5 more
check "and is there again within seconds" sees alice "* bob joined" 2
types alice "welcome back"
check "it hears" sees bob "alice: welcome back"
done_testing
