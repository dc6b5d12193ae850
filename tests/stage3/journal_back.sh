#!/bin/sh
# A journal that went back: an older copy replaces it, as after a power failure or by hand. Members
# that had read more are told so and go on, authors are told which of their lines were lost, and a
# start that lost nothing reports no loss. AGES is the number of copies that are put back.
. "$(dirname "$0")/../lib/lib.sh"
keep_port
STAGE=stage3
AGES=${AGES:-12}
journal=$TMP/journal
server=$(lib_program stage3 server)

go_on() { start_server stage3 -j "$journal" -p "$port" "$@"; }
enter() { # NAME OPTION ROOM
    client "$1" -n "$1" "$2" "$3"
    check "$1 joins the room $3" sees "$1" "* welcome, $1"
}
put_back() { # FILE
    stop server KILL
    cp "$1" "$journal"
    chmod 600 "$journal"
    go_on
}
PATIENCE=20

# --- one line is lost -------------------------------------------------------------------------

start_server stage3 -j "$journal"
enter alice -c r
enter bob -j r
check "alice sees that bob joined" sees alice "bob joined"
types alice "first"
check "bob sees alice's line before the copy is made" sees bob "alice: first"
cp "$journal" "$TMP/copy"
types alice "AAAA"
check "bob sees alice's line that the copy lacks" sees bob "alice: AAAA"
put_back "$TMP/copy"
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

# --- nothing is lost --------------------------------------------------------------------------

stop server KILL
go_on
types alice "DDDD"
check "bob sees alice's line after a start that lost nothing" sees bob "alice: DDDD"
types bob "EEEE"
check "alice sees bob's line after a start that lost nothing" sees alice "bob: EEEE"
check "alice is told of no second loss" sees alice "the server went back" 1
check "bob is told of no second loss" sees bob "the server went back" 1

# --- a member joined, a member was kicked -----------------------------------------------------

cp "$journal" "$TMP/copy"
enter carol -j r
check "bob sees that carol joined" sees bob "carol joined"
types carol "I am new"
check "alice sees carol's line that the copy lacks" sees alice "carol: I am new"
types alice "/kick bob"
check "bob is kicked after the copy is made" exits bob 6
put_back "$TMP/copy"
types carol "still here"
check "carol, whose join is lost, can still say a line" sees alice "carol: still here"
check "carol is told which of her lines is lost" \
    sees carol "the server has lost a line of yours: I am new"
check "alice, the host, is told that her kick is undone" \
    sees alice "the server has lost that you kicked bob"
types alice "/leave"
check "carol's client exits with 7 when the host leaves" exits carol 7
stop server

# --- a copy of every age ----------------------------------------------------------------------

rm -f "$journal"
start_server stage3 -j "$journal"
enter dora -c s
enter emil -j s
enter fred -j s
n=0
while [ "$n" -lt "$AGES" ]; do
    n=$((n + 1))
    types dora "dora $n"
    types emil "emil $n"
    if ! sees emil "dora: dora $n" || ! sees dora "emil: emil $n"; then break; fi
    cp "$journal" "$TMP/age.$n"
    [ $((n % 4)) -ne 0 ] || { stop server KILL; go_on; }
done
check "$AGES copies of the journal are made" [ "$n" -eq "$AGES" ]
of_every_age() { # from the oldest to the latest, and back
    order=$(awk -v n="$AGES" 'BEGIN { for (i = 1; i <= n; i += 3) print i
                                      for (i = n; i >= 1; i -= 2) print i }')
    round=0
    for age in $order; do
        round=$((round + 1))
        put_back "$TMP/age.$age"
        types dora "round $round"
        types emil "answer $round"
        types fred "and $round"
        for who in emil fred; do sees $who "dora: round $round" || return 1; done
        for who in dora fred; do sees $who "emil: answer $round" || return 1; done
        for who in dora emil; do sees $who "fred: and $round" || return 1; done
    done
}
check "all members see each other's lines, whatever age the copy has" of_every_age
stop server
done_testing
