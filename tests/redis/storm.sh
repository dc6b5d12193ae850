#!/bin/sh
# Three servers, whose connections to Redis break all the time and one of which dies: every line is
# there once, and in the same order everywhere.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/redis.lib"
PATIENCE=60
start_redis
start_cluster one
allow_stderr one # its log tells when Redis is gone
start_cluster two
allow_stderr two # its log tells when Redis is gone
start_cluster three
allow_stderr three # its log tells when Redis is gone
one=$(address_of one)
two=$(address_of two)
three=$(address_of three)

member dan "$two,$three" -n dan -c lounge
check "somebody who only reads" sees dan "* welcome, dan"
member eve "$three,$two" -n eve -j lounge
check "and somebody elsewhere" sees eve "* welcome, eve"
member alice "$one,$two,$three" -n alice -j lounge
member bob "$two,$three" -n bob -j lounge
member carol "$three,$two" -n carol -j lounge
for name in alice bob carol; do check "$name" sees $name "* welcome, $name"; done

i=0
while [ $i -lt 600 ]; do
    echo "line $i"
    i=$((i + 1))
done >"$TMP/lines"
# Ten lines at a time, and the next ones when dan has seen them.
say_on() {
    said=0
    while [ $said -lt 600 ]; do
        sed -n "$((said + 1)),$((said + 10))p" "$TMP/lines"
        said=$((said + 10))
        "$TOOLS/await" "$PATIENCE" "$TMP/dan.out" 1 "$1: line $((said - 1))"
    done >"$TMP/$1.in"
}
writers=
for name in alice bob carol; do
    say_on $name &
    writers="$writers $!"
done
# The connections break each time when bob has seen twenty more lines.
line=19
while [ $line -lt 600 ]; do
    "$TOOLS/await" "$PATIENCE" "$TMP/dan.out" 1 "bob: line $line" || break
    redis CLIENT KILL TYPE normal >/dev/null 2>&1
    redis CLIENT KILL TYPE pubsub >/dev/null 2>&1
    [ $line -ne 199 ] || stop one KILL
    line=$((line + 20))
done
for writer in $writers; do wait "$writer"; done
for reader in dan eve; do
    for name in alice bob carol; do
        check "$reader gets to the end of what $name said" sees $reader "$name: line 599"
    done
done
once() { sed -n "s/^$2: \(line [0-9]*\)$/\1/p" "$TMP/$1.out" | diff "$TMP/lines" - | head -n 5; }
each_once() { [ -z "$(once "$@")" ] || { once "$@"; false; }; }
for name in alice bob carol; do
    check "each line of $name came once, in order" each_once dan $name
done
grep ': line ' "$TMP/dan.out" >"$TMP/dan.lines"
same() {
    grep ': line ' "$TMP/eve.out" | diff "$TMP/dan.lines" - >"$TMP/differ" && return 0
    head -n 5 "$TMP/differ"
    return 1
}
check "and all of them in the same order elsewhere" same
never_told() { ! grep -e ' left$' -e missing "$TMP/dan.out" "$TMP/eve.out"; }
check "and nobody was lost by it" never_told
done_testing
