#!/bin/sh
# The connections of three servers to Redis break all the time, and one server dies: every line is
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
check "dan, who only reads, creates a room at server two" sees dan "* welcome, dan"
member eve "$three,$two" -n eve -j lounge
check "eve, who only reads, joins at server three" sees eve "* welcome, eve"
member alice "$one,$two,$three" -n alice -j lounge
member bob "$two,$three" -n bob -j lounge
member carol "$three,$two" -n carol -j lounge
for name in alice bob carol; do
    check "$name joins before the storm" sees $name "* welcome, $name"
done

i=0
while [ $i -lt 600 ]; do
    echo "line $i"
    i=$((i + 1))
done >"$TMP/lines"
# say_on NAME: ten lines at a time, and the next ones when dan has seen them.
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
# The connections break each time that dan has seen twenty more of bob's lines.
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
        check "$reader sees $name's last line" sees $reader "$name: line 599"
    done
done
once() { sed -n "s/^$2: \(line [0-9]*\)$/\1/p" "$TMP/$1.out" | diff "$TMP/lines" - | head -n 5; }
each_once() { [ -z "$(once "$@")" ] || { once "$@"; false; }; }
for name in alice bob carol; do
    check "dan sees each of $name's lines once, in order" each_once dan $name
done
grep ': line ' "$TMP/dan.out" >"$TMP/dan.lines"
same() {
    grep ': line ' "$TMP/eve.out" | diff "$TMP/dan.lines" - >"$TMP/differ" && return 0
    head -n 5 "$TMP/differ"
    return 1
}
check "eve sees all lines in the same order as dan" same
never_told() { ! grep -e ' left$' -e missing "$TMP/dan.out" "$TMP/eve.out"; }
check "dan and eve miss no entry and see nobody leave" never_told
done_testing
