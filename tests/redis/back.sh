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
check "a room at one server" sees alice "* welcome, alice"
member bob "$two,$one" -n bob -j r
check "and a member at the other" sees bob "* welcome, bob"
types alice "first"
check "a line arrives" sees bob "alice: first"
copy first
types alice "AAAA"
check "another one too" sees bob "alice: AAAA"
put_back first
types alice "BBBB"
types bob "CCCC"
check "what is said after a loss arrives" sees bob "alice: BBBB"
check "from the others as well" sees alice "bob: CCCC"
check "bob is told how much is lost" sees bob "the server went back: it has lost the last 1 "
check "alice is told so, too" sees alice "the server went back: it has lost the last 1 "
check "and which line of hers" sees alice "the server has lost a line of yours: AAAA"
check "bob has lost none" never_saw bob "a line of yours"
check "each of them was seen once" sees bob "alice: BBBB" 1

# --- nothing is lost --------------------------------------------------------------------------

redis SAVE >/dev/null
stop redis KILL
again
types alice "DDDD"
check "after a start that lost nothing all goes on" sees bob "alice: DDDD"
types bob "EEEE"
check "for all" sees alice "bob: EEEE"
check "and nobody is told of another loss" sees alice "the server went back" 1
check "bob neither" sees bob "the server went back" 1

# --- a member joined, a member was kicked -----------------------------------------------------

copy second
member carol "$two,$one" -n carol -j r
check "carol comes in" sees carol "* welcome, carol"
types carol "I am new"
check "and is heard" sees alice "carol: I am new"
types alice "/kick bob"
check "bob is kicked" exits bob 6
put_back second
types carol "still here"
check "who came in the lost tail is in again" sees alice "carol: still here"
check "and told what was lost" sees carol "the server has lost a line of yours: I am new"
check "the host is told that a kick is undone" \
    sees alice "the server has lost that you kicked bob"

# --- the servers end, too ---------------------------------------------------------------------

copy third
types alice "FFFF"
check "a line that will be lost" sees carol "alice: FFFF"
types carol "GGGG"
check "and one of another member" sees alice "carol: GGGG"
stop one KILL
stop two KILL
put_back third
start_cluster one -p "${one##*:}"
start_cluster two -p "${two##*:}"
allow_stderr one
allow_stderr two
types alice "HHHH"
types carol "IIII"
check "at new servers, too, what is said arrives" sees carol "alice: HHHH"
check "from everybody" sees alice "carol: IIII"
check "alice is told what was lost" sees alice "the server has lost a line of yours: FFFF"
check "so is carol" sees carol "the server has lost a line of yours: GGGG"

# --- another server ---------------------------------------------------------------------------

stop two KILL
types alice "JJJJ"
check "who goes on at another server has lost nothing" sees carol "alice: JJJJ"
check "and is not told so" sees carol "the server went back" 2
types carol "KKKK"
check "and is heard there" sees alice "carol: KKKK"
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
check "$AGES copies were made" [ "$n" -eq "$AGES" ]
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
check "whatever age the copy has, everybody hears everybody" of_every_age
done_testing
