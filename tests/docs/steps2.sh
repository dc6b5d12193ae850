#!/bin/sh
# The small programs of chapter 2: each does what its first lines promise, and still has the fault
# that they name.
. "$(dirname "$0")/../lib/lib.sh"
. "$ROOT/tests/lib/steps.sh"
STAGE=stage2

compile_steps stage2 reads frames door rooms enter

# waits_in_vain: the script on standard input does not get its last answer within two seconds.
waits_in_vain() {
    "$TOOLS/talk" -t 2 "$host" "$port" >"$TMP/vain" && return 1
    grep "reads: .*nothing\|reads: .*seconds" "$TMP/vain" || { cat "$TMP/vain"; return 1; }
}
# silent COUNT: prints the steps of COUNT connections that send nothing
silent() { awk -v count="$1" 'BEGIN { for (i = 0; i < count; i++) print "s" i " connects" }'; }
bobs_turn='bob connects
bob writes 06 01 00 00*28 03 "lounge" "bob"
bob reads 06 01 01 00*28 01 "lounge" 00   06 01 02 00*28 20 "lounge" token=32'

for build in $builds; do
    programs=$TMP/$build

    # reads
    start_step "$programs/reads"
    check "$build: a client sends two writes to reads" \
        "$TOOLS/talk" "$host" "$port" "$ROOT/docs/steps/stage2/two-writes"
    check "$build: the first read brings 36 bytes" sees server "one read brought 36 bytes"
    check "$build: the second read brings 50 bytes" sees server "one read brought 50 bytes"
    check "$build: reads exits with 0" exits server 0

    # frames
    start_step "$programs/frames"
    play "$build: frames takes two frames in one write, one in pieces, and a large one" <<'EOT'
alice connects
alice writes 06 01 00 00*28 05 "lounge" "alice" 06 02 00 00*28 05 "lounge" "alice"
alice half-closes
alice reads end
bob connects
bob trickles 1 03 02 00 00*28 04 "den" "bobs"
bob half-closes
bob reads end
carol connects
carol writes 00 03 00 00*26 01 00 00 "x"*65536
carol half-closes
carol reads end
EOT
    check "$build: frames prints the first frame of the write" \
        sees server "operation 1, a room of 6 bytes, a payload of 5"
    check "$build: frames prints the second frame of the write" \
        sees server "operation 2, a room of 6 bytes, a payload of 5"
    check "$build: frames prints the frame in pieces" \
        sees server "operation 2, a room of 3 bytes, a payload of 4"
    check "$build: frames prints the large frame" \
        sees server "operation 3, a room of 0 bytes, a payload of 65536"
    play "$build: frames closes a connection at an impossible size" <<'EOT'
alice connects
alice writes 06 01 00 ff*29
alice reads end
bob connects
bob writes 06 01 00 00*26 01 00 01
bob reads end
EOT
    check "$build: half a header makes frames wait for one client alone" waits_in_vain <<'EOT'
alice connects
alice writes 06 01
bob connects
bob writes 06 01 00 ff*29
bob reads end
EOT

    # door
    start_step "$programs/door"
    play "$build: door answers others while one header is incomplete" <<EOT
alice connects
alice writes 06 01
$bobs_turn
alice writes 00 00*28 05 "lounge" "alice"
alice reads 06 01 01 00*28 01 "lounge" 01
alice reads end
carol connects
carol trickles 1 06 02 00 00*28 05 "lounge" "carol"
carol reads 06 02 01 00*28 01 "lounge" 00   06 02 02 00*28 20 "lounge" token=32
carol reads end
EOT
    play "$build: door refuses names, rooms, sizes and states that are invalid" <<'EOT'
alice connects
alice writes 03 02 00 00*28 05 "den" "alice"
alice reads 03 02 01 00*28 01 "den" 02
bob connects
bob writes 06 02 00 00*28 03 "lounge" "bob"
bob reads 06 02 01 00*28 01 "lounge" 04
carol connects
carol writes 06 02 00 00*28 03 "lounge" "a:b"
carol reads 06 02 01 00*28 01 "lounge" 05
dave connects
dave writes 06 02 00 ff*29
dave reads 00 02 01 00*28 01 05
dave reads end
erin connects
erin writes 03 02 01 00*28 05 "den" "alice"
erin reads 03 02 01 00*28 01 "den" 05
frank connects
frank writes 03 07 00 00*28 05 "den" "alice"
frank reads 03 07 01 00*28 01 "den" 05
grace connects
grace writes 02 01 00 00*28 05 c3 28 "alice"
grace reads 02 01 01 00*28 01 c3 28 05
heidi connects
heidi writes 01 01 00 00*27 01 00 "r" "x"*256
heidi reads 01 01 01 00*28 01 "r" 05
EOT
    awk 'BEGIN {
        srand(11)
        for (i = 0; i < 60; i++) {
            line = "p writes"
            size = int(rand() * 60)
            if (i % 3) line = line " 0" int(rand() * 4) " 0" int(rand() * 4) " 00*29"
            if (i % 3) line = line " 0" int(rand() * 9)
            for (j = 0; j < size; j++) {
                line = line sprintf(" %02x", rand() < .5 ? int(rand() * 256) : 97)
            }
            print "p connects\n" line " 00\np " (i % 2 ? "resets" : "hangs up")
        }
    }' >"$TMP/noise"
    check "$build: door survives noise" "$TOOLS/talk" "$host" "$port" "$TMP/noise"
    start_step "$programs/door"
    check "$build: sixteen silent connections keep others out of door" waits_in_vain <<EOT
$(silent 16)
$bobs_turn
EOT
    start_step "$programs/door"
    cat >"$TMP/opens" <<EOT
$bobs_turn
bob send 06 20 "lounge" token
bob gets "* welcome, bob"
EOT
    refute "$build: a token of door opens nothing" "$TOOLS/talk" -t 1 "$host" "$port" "$TMP/opens"

    # rooms
    start_step "$programs/rooms"
    play "$build: rooms passes lines on, closes a room, and ignores strangers" <<'EOT'
alice connects
alice writes 06 01 00 00*28 05 "lounge" "alice"
alice reads  06 01 01 00*28 01 "lounge" 00   06 01 02 00*28 20 "lounge" token=32
alice reads  end
alice send   06 20 "lounge" token
alice gets   "* welcome, alice"
bob   connects
bob   trickles 7 06 02 00 00*28 03 "lounge" "bob"
bob   reads  06 02 01 00*28 01 "lounge" 00   06 02 02 00*28 20 "lounge" token=32
alice gets   "* bob joined"
bob   send   06 20 "lounge" token "hello, 部屋"
alice gets   "bob: hello, 部屋"
bob   hears nothing
carol connects
carol writes 03 01 00 00*28 03 "den" "bob"
carol reads  03 01 01 00*28 01 "den" 00   03 01 02 00*28 20 "den" token=32
carol send   03 20 "den" token "nobody hears this"
carol send   06 20 "lounge" token "nor this"
carol send   03 20 "den" bob.token "nor that"
carol send   06 1f "lounge" "x"*31
carol send   ff 20 "lounge"
carol send
carol send   00
alice hears nothing
carol send   03 20 "den" token
carol gets   "* welcome, bob"
carol hears nothing
bob   send   06 20 "lounge" token
bob   gets   "* welcome, bob"
bob   send   06 20 "lounge" token "//who"
alice gets   "bob: /who"
bob   send   06 20 "lounge" token "/"
bob   gets   "* there is no such command; /help lists them"
bob   send   06 20 "lounge" token "/leave" 00
bob   gets   "* there is no such command; /help lists them"
bob   send   06 20 "lounge" token c3
bob   gets   "* not delivered: the text is not valid UTF-8"
bob   send   06 20 "lounge" token "x"*4056
alice gets   "bob: " "x"*4056
bob   send   06 20 "lounge" token "x"*4057
bob   gets   "* not delivered: longer than 4094 bytes with your name"
alice hears nothing
dave  connects
dave  writes 06 02 00 00*28 04 "lounge" "dave"
dave  reads  06 02 01 00*28 01 "lounge" 00   06 02 02 00*28 20 "lounge" token=32
alice gets   "* dave joined"
bob   gets   "* dave joined"
dave  send   06 20 "lounge" token "/exit"
alice gets   "* dave left"
bob   gets   "* dave left"
alice send   06 20 "lounge" token "/leave"
bob   gets   "* the room is closed: the host has left"
bob   send   06 20 "lounge" token
bob   hears nothing
alice hangs up
alice connects
alice writes 06 02 00 00*28 05 "lounge" "alice"
alice reads  06 02 01 00*28 01 "lounge" 02
EOT
    start_step "$programs/rooms"
    play "$build: a token is valid only at its own machine" <<'EOT'
eve   at 127.0.0.2
alice connects
alice writes 06 01 00 00*28 05 "lounge" "alice"
alice reads  06 01 01 00*28 01 "lounge" 00   06 01 02 00*28 20 "lounge" token=32
alice send   06 20 "lounge" token
alice gets   "* welcome, alice"
eve   send   06 20 "lounge" alice.token "/leave"
eve   hears nothing
alice send   06 20 "lounge" token
alice gets   "* welcome, alice"
alice send   06 20 "lounge" token "/quit"
EOT
    {
        echo 'alice connects'
        echo 'alice writes 06 01 00 00*28 05 "lounge" "alice"'
        echo 'alice reads  06 01 01 00*28 01 "lounge" 00   06 01 02 00*28 20 "lounge" token=32'
        awk 'BEGIN {
            for (i = 100; i < 199; i++) {
                print "p connects\np writes 06 02 00 00*28 03 \"lounge\" \"" i "\""
                print "p reads 06 02 01 00*28 01 \"lounge\" 00"
                print "p hangs up"
            }
            print "p connects\np writes 06 02 00 00*28 04 \"lounge\" \"late\""
            print "p reads 06 02 01 00*28 01 \"lounge\" 07"
            srand(5)
            for (i = 0; i < 2000; i++) {
                line = "alice send 06 20 \"lounge\" " (i % 5 ? "token" : "\"x\"*32")
                size = int(rand() * 8)
                for (j = 0; j < size; j++) {
                    line = line sprintf(" %02x", rand() < .3 ? int(rand() * 256) : 97)
                }
                print line
                if (i % 50) continue
                print "alice send 06 20 \"lounge\" token"
                print "alice awaits \"* welcome, alice\""
            }
        }'
    } >"$TMP/full"
    start_step "$programs/rooms"
    check "$build: rooms takes a hundred members and survives noise over UDP" \
        "$TOOLS/talk" "$host" "$port" "$TMP/full"
    check "$build: rooms survives noise over TCP" "$TOOLS/talk" "$host" "$port" "$TMP/noise"
    start_step "$programs/rooms"
    check "$build: sixteen silent connections keep others out of rooms" waits_in_vain <<EOT
$(silent 16)
$bobs_turn
EOT
    if [ "$build" = checked ]; then
        play "$build: the silent connections keep others out for ten seconds" -t 20 <<EOT
$(silent 16 | sed 's/^s/t/')
carol connects
carol writes 03 01 00 00*28 05 "den" "carol"
carol reads 03 01 01 00*28 01 "den" 00   03 01 02 00*28 20 "den" token=32
EOT
    fi

    # Small and real clients, at small and real servers.
    for server in small real; do
        if [ $server = small ]; then start_step "$programs/rooms"
        else start_server stage2; fi
        feed alice "$programs/enter" create lounge alice "$port"
        check "$build, $server server: enter creates a room" sees alice "* welcome, alice"
        client bob -j lounge -n bob
        check "$build, $server server: stage 2's client joins it" sees bob "* welcome, bob"
        check "$build, $server server: alice sees that bob joined" sees alice "bob joined"
        types bob "hello, 部屋"
        check "$build, $server server: alice sees bob's line" sees alice "bob: hello, 部屋"
        types alice "こんにちは"
        check "$build, $server server: bob sees alice's line" sees bob "alice: こんにちは"
        types bob "$(printf '\033[2J\302\233\342\200\256.')"
        check "$build, $server server: enter does not print terminal controls" \
            sees alice "bob: ?[2J??."
        hangup bob
        check "$build, $server server: alice sees that bob left" sees alice "* bob left"
        feed carol "$programs/enter" join lounge alice "$port"
        allow_stderr carol
        check "$build, $server server: enter prints a refusal" \
            complains carol "enter: somebody there has that name"
        : >"$TMP/carol.err"
        lib_set allowed carol ""
        client carol -j lounge -n carol
        check "$build, $server server: alice sees that carol joined" sees alice "* carol joined"
        hangup alice
        check "$build, $server server: enter exits with 0" exits alice 0
        check "$build, $server server: the room is closed when its host leaves" \
            sees carol "* the room is closed: the host has left"
        stop carol
    done

    start_step "$programs/rooms"
    feed alice "$programs/enter" create lounge alice "$port"
    check "$build: alice creates a room" sees alice "* welcome, alice"
    stop alice KILL
    allow_stderr alice
    feed alice "$programs/enter" create lounge alice "$port"
    check "$build: a host that vanished leaves its room behind" \
        complains alice "enter: there is such a room already"
    : >"$TMP/alice.err"
    lib_set allowed alice ""
    start_step "$programs/rooms"
    feed alice "$programs/enter" create lounge alice "$port"
    check "$build: alice creates the room at a new server" sees alice "* welcome, alice"
    check "$build: the server is started again" begins_again "$programs/rooms"
    feed bob "$programs/enter" create lounge bob "$port"
    check "$build: bob creates the same room" sees bob "* welcome, bob"
    types alice "is anyone here?"
    feed carol "$programs/enter" join lounge carol "$port"
    check "$build: carol joins bob's room" sees bob "* carol joined"
    check "$build: bob does not see alice's line" never_saw bob "alice"
    for name in alice bob carol; do stop $name; done
done
done_testing
