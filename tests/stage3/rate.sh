#!/bin/sh
# How much a member may say: what is over waits at its author, so a script loses nothing, and the
# others are not affected.
. "$(dirname "$0")/../lib/lib.sh"

# lines COUNT: prints so many lines.
lines() { awk -v n="$1" 'BEGIN { for (i = 1; i <= n; i++) print "line " i }'; }

# script NAME COUNT: lets a client say so many lines from a file.
script() {
    lines "$2" >"$TMP/$1.lines"
    start "$1" sh -c 'f=$1; shift; exec "$@" <"$f"' sh "$TMP/$1.lines" \
        "$(lib_program stage3 client)" -n "$1" -j r -p "$port"
}
# bob_has NAME: bob has got all of its lines, each once and in order.
bob_has() {
    sed "s/^/$1: /" "$TMP/$1.lines" >"$TMP/expected"
    grep "^$1: " "$TMP/bob.out" | cmp - "$TMP/expected"
}
# waited COUNT: at the server that was stopped so many lines had to wait.
waited() { tail -n 1 "$TMP/server.err" | grep "said ($1 had to wait, 0 for slow readers)"; }

start_server stage3 -v
allow_stderr server
client bob -n bob -c r
check "bob is there" sees bob "* welcome, bob"
script alice 3000
check "a script of 3000 lines ends with 0" exits alice 0
check "the last line of a script arrives" sees bob "alice: line 3000"
check "all lines of a script arrive in order" bob_has alice
stop server

start_server stage3 -v -l 50
allow_stderr server
client bob -n bob -c r
check "bob is there at another rate" sees bob "* welcome, bob"
client carol -n carol -j r
check "carol is there" sees bob "carol joined"
begun=$(date +%s)
script alice 400
check "alice's script begins" sees bob "alice: line 1"
types carol "and me?"
check "another member is heard beside a long script" sees bob "carol: and me?"
refute "another member does not wait for the end of the script" \
    grep -q "alice: line 400" "$TMP/bob.out"
check "the script ends with 0" exits alice 0
check "a script takes its time at another rate" [ $(($(date +%s) - begun)) -ge 5 ]
check "the last line arrives at another rate" sees bob "alice: line 400"
check "all lines arrive at another rate, each once and in order" bob_has alice
check "bob has no gap" never_saw bob missing
stop server
refute "the server has counted the waits" waited 0
done_testing
