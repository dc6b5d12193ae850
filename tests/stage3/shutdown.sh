#!/bin/sh
# The server is ended by a signal: all members are told, and it ends with 0. Silent members are
# dropped.
. "$(dirname "$0")/../lib/lib.sh"
STAGE=stage3
for signal in TERM INT; do
    start_server stage3
    client alice -n alice -c r
    check "SIG$signal: alice is welcomed" sees alice "* welcome, alice"
    client bob -n bob -j r
    check "SIG$signal: alice sees that bob joined" sees alice "* bob joined"
    stop server $signal
    check "SIG$signal ends the server with 0" [ "$status" -eq 0 ]
    check "SIG$signal: alice's client exits with 7" exits alice 7
    check "SIG$signal: alice is told that the server shuts down" \
        sees alice "* the room is closed: the server is shutting down"
    check "SIG$signal: bob's client exits with 7" exits bob 7
done

# A silent client sends a datagram only every 20 seconds, which is too rare here.
start_server stage3 -t 3
client alice -n alice -c r
check "-t 3: alice is welcomed" sees alice "* welcome, alice"
client bob -n bob -j r
check "-t 3: alice sees that bob joined" sees alice "* bob joined"
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
check "-t 3: a member that is silent for too long is dropped" talks_until alice "* bob left"
kill -CONT "$(lib_get pid bob)"
types bob "I was asleep"
check "-t 3: the dropped member joins again when it continues" talks_until alice "bob: I was asleep"
check "-t 3: the dropped member sees the lines it has missed" sees bob "alice: second 1"
once() { [ "$(grep -c "second 1\$" "$TMP/bob.out")" = 1 ]; }
check "-t 3: the dropped member sees a missed line once" once
done_testing
