#!/bin/sh
# How much a member may say: our clients keep to it, so a script loses nothing; whoever does not is
# refused what is over, and the others are not affected.
. "$(dirname "$0")/../lib/lib.sh"

# lines COUNT: prints so many lines.
lines() { awk -v n="$1" 'BEGIN { for (i = 1; i <= n; i++) print "line " i }'; }

# script NAME COUNT: lets a client say so many lines from a file.
script() {
    lines "$2" >"$TMP/$1.lines"
    start "$1" sh -c 'f=$1; shift; exec "$@" <"$f"' sh "$TMP/$1.lines" \
        "$(lib_program stage1 client)" -n "$1" -p "$port"
}
# bob_has NAME: bob has got all of its lines, each once and in order.
bob_has() {
    sed "s/^/$1: /" "$TMP/$1.lines" >"$TMP/expected"
    grep "^$1: " "$TMP/bob.out" | cmp - "$TMP/expected"
}
# too_many COUNT: the server that was stopped has refused so many.
too_many() { tail -n 1 "$TMP/server.err" | grep "refused, $1 too many)"; }

start_server stage1 -v
allow_stderr server
client bob -n bob
check "bob is there" sees bob "* welcome, bob"
script alice 3000
check "a script of 3000 lines ends with 0" exits alice 0
check "the last line of a script arrives" sees bob "alice: line 3000"
check "all lines of a script arrive in order" bob_has alice
stop server
check "no line was refused" too_many 0

start_server stage1 -v -l 100
allow_stderr server
client bob -n bob
check "bob is there at another rate" sees bob "* welcome, bob"
begun=$(date +%s)
script alice 400
check "a script of 400 lines ends with 0" exits alice 0
check "a script takes its time at another rate" [ $(($(date +%s) - begun)) -ge 2 ]
check "the last line arrives at another rate" sees bob "alice: line 400"
check "all lines arrive in order at another rate" bob_has alice
check "bob sees nothing of the rate" never_saw bob "at most"
stop server
check "no line was refused at another rate" too_many 0

start_server stage1 -v -l 10 -L 500
allow_stderr server
client bob -n bob
check "bob is there before a flood" sees bob "* welcome, bob"
feed alice "$TOOLS/talk" -v "$host" "$port"
{
    echo 'alice send 05 "alice"'
    echo 'alice gets 00 "welcome, alice"'
    echo 'alice gets 00 "say at most 10 lines and 500 kilobytes a second"'
    lines 3000 | sed 's/.*/alice send 05 "alice" "&"/'
    echo 'alice awaits 00 "not delivered: you say too much at once, say less"'
    echo 'carol send 05 "carol"'
    echo 'carol gets 00 "welcome, carol"'
    echo 'carol gets 00 "say at most 10 lines and 500 kilobytes a second"'
    echo 'carol send 05 "carol" "and me?"'
} >"$TMP/alice.in"
check "another member is heard beside a flood" sees bob "carol: and me?"
flooded=$(grep -c "^alice: " "$TMP/bob.out")
check "some lines of a flood arrive ($flooded)" [ "$flooded" -ge 20 ] # two seconds' worth
check "most lines of a flood do not arrive ($flooded)" \
    [ "$flooded" -le 1000 ] # on the slowest of machines
hangup alice
check "the flooding member ends" exits alice 0
stop server
refute "the server has refused lines of the flood" too_many 0
done_testing
