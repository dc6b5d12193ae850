#!/bin/sh
# The server is ended by a signal: all members are told, and it ends with 0. Silent members are
# dropped.
. "$(dirname "$0")/../lib/lib.sh"
STAGE=stage3
for signal in TERM INT; do
    start_server stage3
    client alice -n alice -c r
    check "alice is in" sees alice "* welcome, alice"
    client bob -n bob -j r
    check "bob is in" sees alice "* bob joined"
    stop server $signal
    check "after SIG$signal it ends with 0" [ "$status" -eq 0 ]
    check "alice ends with 7" exits alice 7
    check "and is told" sees alice "* the room is closed: the server is shutting down"
    check "bob, too" exits bob 7
done

# A silent client sends a datagram only every 20 seconds, which is too rare here.
start_server stage3 -t 3
client alice -n alice -c r
check "alice is in" sees alice "* welcome, alice"
client bob -n bob -j r
check "bob is in" sees alice "* bob joined"
second=0
talks_until() { # WHO TEXT
    for try in 1 2 3 4 5 6 7 8 9 10; do
        "$TOOLS/await" 1 "$TMP/$1.out" 1 "$2" && return 0
        second=$((second + 1))
        types alice "second $second"
    done
    lib_show "$TMP/$1.out"
    return 1
}
kill -STOP "$(lib_get pid bob)"
check "a member that is silent for too long is dropped (-t)" talks_until alice "* bob left"
kill -CONT "$(lib_get pid bob)"
types bob "I was asleep"
check "when it wakes it joins again by itself" talks_until alice "bob: I was asleep"
check "and reads what it has missed" sees bob "alice: second 1"
once() { [ "$(grep -c "second 1\$" "$TMP/bob.out")" = 1 ]; }
check "once" once
done_testing
