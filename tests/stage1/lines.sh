#!/bin/sh
# Two thousand lines, as fast as a script can write them: on a loopback interface none is lost,
# none comes twice, and they stay in order.
. "$(dirname "$0")/../lib/lib.sh"
start_server stage1
count=2000

client bob -n bob
check "the reader is there" sees bob "* welcome, bob"
n=0
while [ $n -lt $count ]; do
    n=$((n + 1))
    echo "line $n"
done >"$TMP/lines"
sed 's/^/alice: /' "$TMP/lines" >"$TMP/expected"

start alice sh -c 'f=$1; shift; exec "$@" <"$f"' sh "$TMP/lines" \
    "$(lib_program stage1 client)" -n alice -p "$port"
check "the writer ends with 0" exits alice 0
check "the last line arrives" sees bob "alice: line $count"
grep '^alice: ' "$TMP/bob.out" >"$TMP/got"
check "all lines arrive, each once and in order" cmp "$TMP/expected" "$TMP/got"

# The same from three writers at once; each one's lines stay in order.
for writer in carol dora erin; do
    start $writer sh -c 'f=$1; shift; exec "$@" <"$f"' sh "$TMP/lines" \
        "$(lib_program stage1 client)" -n $writer -p "$port"
done
for writer in carol dora erin; do
    check "$writer ends with 0" exits $writer 0
    check "the last line of $writer arrives" sees bob "$writer: line $count"
    sed "s/^/$writer: /" "$TMP/lines" >"$TMP/expected"
    grep "^$writer: " "$TMP/bob.out" >"$TMP/got"
    check "all lines of $writer arrive, each once and in order" cmp "$TMP/expected" "$TMP/got"
done

done_testing
