#!/bin/sh
# A thousand members at once: all are admitted, none is flooded with notices about the others, and
# an earlier member is served throughout.
. "$(dirname "$0")/../lib/lib.sh"
members=1000

# Two hundred hellos of an earlier member, each answered within five seconds. That is long for an
# idle machine, but other programs on a busy one cannot make the test fail.
hellos() {
    n=0
    while [ $n -lt 200 ]; do
        echo 'alice send 05 "alice"'
        echo 'alice awaits 00 "welcome, alice"'
        n=$((n + 1))
    done
}

# The last line is: N members got N datagrams, each at most N, of them notices other than welcome N.
at_most_datagrams() {
    most=$(sed -n 's/.*each at most \([0-9]*\),.*/\1/p' "$TMP/crowd.out")
    [ "${most:-9999}" -le "$1" ] && return 0
    cat "$TMP/crowd.out"
    return 1
}

files=$(ulimit -H -n 2>/dev/null) # the tool raises its limit to this
case $files in
*[!0-9]* | '') ;; # unlimited, or a shell that cannot say
*) [ "$files" -ge $((members + 16)) ] || skip_all "the right to $members open files" ;;
esac

start_server stage1
hellos >"$TMP/hellos"
start crowd "$TOOLS/crowd" "$host" "$port" $members
play "another member's hellos are answered meanwhile" -t 5 <"$TMP/hellos"
check "a crowd that says hello at once ends well" exits crowd 0
check "all of a thousand clients are welcomed" sees crowd "$members welcomed"
check "no client gets more than 30 datagrams, because joins are coalesced" at_most_datagrams 30
check "the server still runs" runs server

# All have said goodbye by now, so there is space for their names again.
start crowd "$TOOLS/crowd" "$host" "$port" $members
check "a crowd comes back after its goodbyes" exits crowd 0

done_testing
