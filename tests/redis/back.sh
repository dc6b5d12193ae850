#!/bin/sh
# A Redis that went back: it is started again with an older state, as after a power failure before
# its last second was written. Members who had read more are told so and go on, authors are told
# which of their lines were lost, nobody is muted, and a start that lost nothing reports no loss.
# AGES is the number of copies that are put back.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/redis.lib"
AGES=${AGES:-8}
PATIENCE=30
start_redis --dbfilename state.rdb
start_cluster one
start_cluster two
allow_stderr one # its log tells that Redis does not answer
allow_stderr two
one=$(address_of one)
two=$(address_of two)

copy() { redis SAVE >/dev/null && cp "$TMP/state.rdb" "$TMP/$1"; }
again() {
    start redis $redis_server --port "$redis_port" --bind 127.0.0.1 --save '' --appendonly no \
        --dir "$TMP" --dbfilename state.rdb
    "$TOOLS/await" "$PATIENCE" "$TMP/redis.out" 1 "eady to accept connections" ||
        bail "Redis gets ready again" "$TMP/redis.out"
}
put_back() { # FILE
    stop redis KILL
    cp "$TMP/$1" "$TMP/state.rdb"
    again
}

# --- one line is lost -------------------------------------------------------------------------

member alice "$one,$two" -n alice -c r
check "alice creates a room at server one" sees alice "* welcome, alice"
member bob "$two,$one" -n bob -j r
check "bob joins the room at server two" sees bob "* welcome, bob"
types alice "first"
check "bob sees alice's line before the copy is made" sees bob "alice: first"
copy first
types alice "AAAA"
check "bob sees alice's line that the copy lacks" sees bob "alice: AAAA"
put_back first
types alice "BBBB"
types bob "CCCC"
check "bob sees alice's line after the loss" sees bob "alice: BBBB"
check "alice sees bob's line after the loss" sees alice "bob: CCCC"
check "bob is told that one entry is lost" sees bob "the server went back: it has lost the last 1 "
check "alice is told that one entry is lost" \
    sees alice "the server went back: it has lost the last 1 "
check "alice is told which of her lines is lost" \
    sees alice "the server has lost a line of yours: AAAA"
check "bob is not told that a line of his is lost" never_saw bob "a line of yours"
check "bob sees the line after the loss only once" sees bob "alice: BBBB" 1

# --- nothing is lost --------------------------------------------------------------------------

redis SAVE >/dev/null
stop redis KILL
again
types alice "DDDD"
check "bob sees alice's line after a start that lost nothing" sees bob "alice: DDDD"
types bob "EEEE"
check "alice sees bob's line after a start that lost nothing" sees alice "bob: EEEE"
check "alice is told of no second loss" sees alice "the server went back" 1
check "bob is told of no second loss" sees bob "the server went back" 1

# --- a member joined, a member was kicked -----------------------------------------------------

copy second
member carol "$two,$one" -n carol -j r
check "carol joins after the copy is made" sees carol "* welcome, carol"
types carol "I am new"
check "alice sees carol's line that the copy lacks" sees alice "carol: I am new"
types alice "/kick bob"
check "bob is kicked after the copy is made" exits bob 6
put_back second
types carol "still here"
check "carol, whose join is lost, can still say a line" sees alice "carol: still here"
check "carol is told which of her lines is lost" \
    sees carol "the server has lost a line of yours: I am new"
check "alice, the host, is told that her kick is undone" \
    sees alice "the server has lost that you kicked bob"

# --- the servers end, too ---------------------------------------------------------------------

copy third
types alice "FFFF"
check "carol sees alice's line that the third copy lacks" sees carol "alice: FFFF"
types carol "GGGG"
check "alice sees carol's line that the third copy lacks" sees alice "carol: GGGG"
stop one KILL
stop two KILL
put_back third
start_cluster one -p "${one##*:}"
start_cluster two -p "${two##*:}"
allow_stderr one
allow_stderr two
types alice "HHHH"
types carol "IIII"
check "carol sees alice's line through the new servers" sees carol "alice: HHHH"
check "alice sees carol's line through the new servers" sees alice "carol: IIII"
check "alice is told which line is lost with the old servers" \
    sees alice "the server has lost a line of yours: FFFF"
check "carol is told which line is lost with the old servers" \
    sees carol "the server has lost a line of yours: GGGG"

# --- another server ---------------------------------------------------------------------------

stop two KILL
types alice "JJJJ"
check "carol sees alice's line after moving to server one" sees carol "alice: JJJJ"
check "carol is told of no loss when she moves" sees carol "the server went back" 2
types carol "KKKK"
check "alice sees the line that carol sends at server one" sees alice "carol: KKKK"
start_cluster two -p "${two##*:}"
allow_stderr two

# --- a copy of every age ----------------------------------------------------------------------

n=0
while [ "$n" -lt "$AGES" ]; do
    n=$((n + 1))
    types alice "alice $n"
    types carol "carol $n"
    if ! sees carol "alice: alice $n" || ! sees alice "carol: carol $n"; then break; fi
    copy "age.$n"
done
check "$AGES copies of Redis's state are made" [ "$n" -eq "$AGES" ]
of_every_age() { # from the oldest to the latest, and back
    order=$(awk -v n="$AGES" 'BEGIN { for (i = 1; i <= n; i += 3) print i
                                      for (i = n; i >= 1; i -= 2) print i }')
    round=0
    for age in $order; do
        round=$((round + 1))
        put_back "age.$age"
        types alice "round $round"
        types carol "answer $round"
        sees carol "alice: round $round" || return 1
        sees alice "carol: answer $round" || return 1
    done
}
check "alice and bob see each other's lines, whatever age the copy has" of_every_age
done_testing
