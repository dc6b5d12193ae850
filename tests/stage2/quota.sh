#!/bin/sh
# An address that takes all it can get does not keep the others out.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/rooms.sh"

# greedy COUNT: prints the steps of one address that creates rooms, of which the last is refused.
greedy() {
    awk -v n="$1" 'BEGIN {
        for (i = 1; i <= n + 1; i++) {
            print "a connects"
            printf "a writes <create request \"room%04d\" \"alice\">\n", i
            print "a reads <create response \"room" sprintf("%04d", i) "\" " \
                (i <= n ? "00" : "07") ">" (i <= n ? " <create complete \"room" \
                sprintf("%04d", i) "\" token=32>" : "")
            print "a hangs up"
        } }'
}
start_server stage2 -M 300 -v
allow_stderr server
greedy 150 >"$TMP/steps"
check "one address gets half of the rooms" eval 'room_play "and is refused more" <"$TMP/steps"'
{
    echo 'b at 127.0.0.2'
    greedy 64 | sed 's/^a /b /; s/room/else/g'
} >"$TMP/steps"
check "another address gets 64 rooms" eval 'room_play "and is refused more" <"$TMP/steps"'
{
    echo 'c at 127.0.0.3'
    echo 'c joins "room0001"'
} >"$TMP/steps"
check "a member from a third address joins" eval 'room_play "it is in" <"$TMP/steps"'
stop server
check "-v counts the requests that were refused" complains server "(2 refused, 2 for their address)"
done_testing
