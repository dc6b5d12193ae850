#!/bin/sh
# Two thousand lines, as fast as a script can write them: on a loopback interface none is lost,
# none comes twice, and they stay in order.
. "$(dirname "$0")/../lib/lib.sh"
start_server stage2
count=2000

client bob -n bob -c r
check "bob, who reads, is welcomed" sees bob "* welcome, bob"
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
check "alice, who writes, exits with 0" exits alice 0
check "bob sees alice's last line" sees bob "alice: line $count"
check "bob sees each of alice's lines once, in order" arrives alice

# The same from three writers at once; the lines of each writer stay in order.
for writer in carol dora erin; do writes $writer; done
for writer in carol dora erin; do
    check "$writer exits with 0" exits $writer 0
    check "bob sees $writer's last line" sees bob "$writer: line $count"
    check "bob sees each of $writer's lines once, in order" arrives $writer
done

done_testing
