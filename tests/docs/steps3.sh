#!/bin/sh
# The small programs of chapter 3 that need no keys: each does what its first lines promise, and
# still has the fault that they name.
. "$(dirname "$0")/../lib/lib.sh"
. "$ROOT/tests/lib/steps.sh"
STAGE=stage3

compile_steps stage3 count log cursor

# bad_network [OPTION...]: starts lossy in front of the server; sets $bad to its port
bad_network() {
    start lossy "$TOOLS/lossy" "$@" "$host" "$port"
    gets_ready lossy "listening on" || bail "lossy gets ready" "$TMP/lib.not_ready"
    bad=$(sed -n 's/.*listening on .*://p' "$TMP/lossy.out")
}
lines() { awk -v n="$1" -v before="$2" 'BEGIN { for (i = 1; i <= n; i++) print before i }'; }
shows() { # NAME BEFORE: the lines that begin with BEFORE are 1 to 20, each once and in order
    lines 20 "$2" >"$TMP/wanted"
    grep -F -e "$2" "$TMP/$1.out" | diff "$TMP/wanted" -
}

for build in $builds; do
    programs=$TMP/$build

    # count
    start_step "$programs/count" hear
    bad_network -s 3 -l 30 -d 10 -r 20
    lines 20 "line " >"$TMP/lines"
    check "$build: count sends all lines over a bad network" \
        sh -c '"$1" say "$2" <"$3"' sh "$programs/count" "$bad" "$TMP/lines"
    check "$build: count prints each line once, in order" shows server "line "
    stop lossy
    check "$build: the network has lost datagrams" grep -q "lost [1-9]" "$TMP/lossy.out"
    lines 20 "others " >"$TMP/others"
    check "$build: a second sender with as many lines ends" \
        "$TOOLS/within" 60 sh -c '"$1" say "$2" <"$3"' sh "$programs/count" "$port" "$TMP/others"
    check "$build: the second sender's lines are never printed" never_saw server "others"
    feed second "$programs/count" say "$port"
    types second "another 1" "another 2"
    check "$build: a third sender with fewer lines runs" runs second
    hangup second
    play "$build: hear continues its count for all senders" <<'EOT'
alice send 00 00 00 01 "x"
alice gets 00 00 00 14
EOT
    check "$build: the third sender's lines are never printed" never_saw server "another"
    check "$build: the third sender repeats its lines for ever" runs second
    stop second
    start_step "$programs/count" hear
    play "$build: hear acknowledges what it has and ignores short datagrams" <<'EOT'
alice send 00 00 00 02 "b"
alice gets 00 00 00 00
alice send 00 00 00
alice send
alice hears nothing
alice send 00 00 00 01 "a"
alice gets 00 00 00 01
alice send 00 00 00 01 "a"
alice gets 00 00 00 01
alice send 00 00 00 02 "b"
alice gets 00 00 00 02
EOT

    # log and cursor
    start_step "$programs/log"
    bad_network -s 5 -l 30 -d 10 -r 20
    feed bob "$programs/cursor" bob "$bad"
    check "$build: bob joins over a bad network" sees bob "* bob joined"
    feed carol "$programs/cursor" carol "$port"
    check "$build: carol joins over a good one" sees bob "* carol joined"
    types bob "$(lines 20 "mine ")"
    types carol "$(lines 20 "yours ")"
    check "$build: bob sees carol's last line" sees bob "carol: yours 20"
    check "$build: bob sees his own last line" sees bob "bob: mine 20"
    check "$build: carol sees bob's last line" sees carol "bob: mine 20"
    check "$build: carol sees her own last line" sees carol "carol: yours 20"
    check "$build: bob sees each of carol's lines once, in order" shows bob "carol: yours "
    check "$build: carol sees each of bob's lines once, in order" shows carol "bob: mine "
    cp "$TMP/bob.out" "$TMP/bobs"
    check "$build: bob and carol see the same order" diff "$TMP/bobs" "$TMP/carol.out"
    feed dave "$programs/cursor" dave "$port"
    check "$build: dave, who joins later, sees that he joined" sees dave "* dave joined"
    check "$build: dave sees all earlier entries" has_lines "$TMP/dave.out" 43
    hangup carol
    check "$build: carol exits with 0" exits carol 0
    check "$build: bob sees that carol left" sees bob "* carol left"
    check "$build: dave sees that carol left" sees dave "* carol left"
    stop bob
    stop dave
    stop lossy

    start_step "$programs/log"
    play "$build: a reader of the wire can send in another's name" <<'EOT'
alice send "alice-id" 00*4 00 00 00 01 "alice"
alice gets 00 00 00 01 00*4 00*4
alice gets 00 00 00 01 00*4 00 00 00 01 "* alice joined"
eve   send "alice-id" 00 00 00 01 00 00 00 02 "the meeting is off"
eve   gets 00 00 00 02 00 00 00 01 00*4
eve   gets 00 00 00 02 00 00 00 01 00 00 00 02 "alice: the meeting is off"
EOT
    play "$build: log ignores invalid datagrams" <<'EOT'
eve   send
eve   send "stranger" 00*7
eve   send "stranger" 00*4 00 00 00 02 "x"
eve   send "stranger" ff*4 00 00 00 00
eve   send "stranger" 00*8
eve   hears nothing
EOT
    {
        echo 'p send "12345678" 00*4 00 00 00 01 "p"'
        awk 'BEGIN {
            srand(3)
            for (i = 0; i < 2000; i++) {
                line = "p send \"12345678\""
                size = int(rand() * 12)
                for (j = 0; j < size; j++) {
                    line = line sprintf(" %02x", rand() < .3 ? int(rand() * 256) : 0)
                }
                print line (i % 3 ? "" : " 00 00 00 01 00 00 00 " sprintf("%02x", i % 256))
            }
            print "p send \"87654321\" 00*4 00 00 00 01 \"q\"*1000\np awaits 00 00 00 01 00*8"
        }'
    } >"$TMP/noise"
    check "$build: log survives noise" "$TOOLS/talk" "$host" "$port" "$TMP/noise"

    start_step "$programs/log"
    bad_network
    feed alice "$programs/cursor" alice "$bad"
    check "$build: alice joins" sees alice "* alice joined"
    stop lossy KILL
    lines 1100 "" >"$TMP/many"
    feed bob "$programs/cursor" bob "$port"
    types bob "$(cat "$TMP/many")"
    check "$build: a member that is away does not hold up the others" sees bob "bob: 1100"
    feed dave "$programs/cursor" dave "$port"
    check "$build: dave, who joins later, sees that he joined a long room" sees dave "* dave joined"
    check "$build: dave sees the last fifty entries and his own" has_lines "$TMP/dave.out" 51
    stop bob
    stop dave
    stop alice
done
done_testing
