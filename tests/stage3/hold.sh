#!/bin/sh
# A hundred long lines at once are more than a room's log holds. A reader that is stopped for a
# moment gets all of them, because the room waits for it; one that is stopped for longer cannot hold
# up the others.
. "$(dirname "$0")/../lib/lib.sh"
PATIENCE=30

# paste COUNT: lets alice say so many lines of 3600 bytes at once.
paste() {
    awk -v n="$1" 'BEGIN {
        for (i = length("line 100 "); i < 3600; i++) filling = filling "x"
        for (i = 1; i <= n; i++) printf "line %3d %s\n", i, filling }' >"$TMP/alice.lines"
    cat "$TMP/alice.lines" >"$TMP/alice.in"
}
# has_all WHO: WHO has got each of alice's lines once, in order.
has_all() {
    sed "s/^/alice: /" "$TMP/alice.lines" >"$TMP/expected"
    grep "^alice: " "$TMP/$1.out" | cmp - "$TMP/expected"
}
# people OPTION...: a server with these options, and three members in a quiet room.
people() {
    start_server stage3 -v "$@"
    allow_stderr server
    for name in alice bob carol; do
        if [ $name = alice ]; then client alice -n alice -c r; else client $name -n $name -j r; fi
        check "$name is there" sees $name "* welcome, $name"
    done
    check "alice sees carol" sees alice "* carol joined"
}
# For one second: less than what a client may take to acknowledge, and a second more.
stop_for_a_moment() {
    kill -s STOP "$(lib_get pid bob)"
    paste "$1"
    "$TOOLS/await" 1 gone $$
    kill -s CONT "$(lib_get pid bob)"
}
leave() {
    stop server
    for name in alice bob carol; do stop $name; done
}
# held: the server that was stopped has counted lines that waited for a reader.
held() { tail -n 1 "$TMP/server.err" | grep " had to wait, [1-9][0-9]* for slow readers"; }

people
stop_for_a_moment 100
check "a reader that was stopped for a second gets the last line" sees bob "alice: line 100"
check "and each before it, once" has_all bob
check "so does another one" sees carol "alice: line 100"
check "once, too" has_all carol
check "nobody has a gap" never_saw bob missing
leave
check "the server has counted what had to wait" held

people
kill -s STOP "$(lib_get pid bob)"
paste 200
check "one that stays stopped does not hold up the others" sees carol "alice: line 200"
check "who get each line once" has_all carol
kill -s CONT "$(lib_get pid bob)"
check "when it goes on, it gets the last line" sees bob "alice: line 200"
check "and is told of a gap" sees bob "missing here"
leave

people -w 0
stop_for_a_moment 100
check "-w 0: the last line comes" sees bob "alice: line 100"
check "-w 0: nobody waits for a slow reader, which has a gap" sees bob "missing here"
leave
refute "-w 0: nothing had to wait" held
done_testing
