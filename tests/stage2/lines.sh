#!/bin/sh
# Two thousand lines, as fast as a script can write them: on a loopback interface none is lost,
# none comes twice, and they stay in order.
. "$(dirname "$0")/../lib/lib.sh"
start_server stage2
count=2000

client bob -n bob -c r
check "the reader is there" sees bob "* welcome, bob"
n=0
while [ $n -lt $count ]; do
    n=$((n + 1))
    echo "line $n"
done >"$TMP/lines"

writes() { # NAME: starts a client that sends all lines
    start "$1" sh -c 'f=$1; shift; exec "$@" <"$f"' sh "$TMP/lines" \
        "$(lib_program stage2 client)" -n "$1" -j r -p "$port"
}
arrives() { # NAME: all of its lines arrive, in order
    sed "s/^/$1: /" "$TMP/lines" >"$TMP/expected"
    grep "^$1: " "$TMP/bob.out" | cmp "$TMP/expected" -
}

writes alice
check "the writer ends with 0" exits alice 0
check "the last line arrives" sees bob "alice: line $count"
check "so do all before it, each once and in order" arrives alice

# The same from three writers at once; each one's lines stay in order.
for writer in carol dora erin; do writes $writer; done
for writer in carol dora erin; do
    check "$writer ends with 0" exits $writer 0
    check "the last line of $writer arrives" sees bob "$writer: line $count"
    check "and all before it" arrives $writer
done

done_testing
