#!/bin/sh
# The small programs of chapter 1: each does what its first lines promise, and still has the fault
# that they name.
. "$(dirname "$0")/../lib/lib.sh"
. "$ROOT/tests/lib/steps.sh"
STAGE=stage1

compile_steps stage1 hear relay say names safe

# say_in NAME WHO: starts a client of the same build.
say_in() { feed "$1" "$programs/say" "$2" "$port"; }

# The first of alice and bob at the relay sees the hello of the other one. Either may be first: say
# prints nothing when it has sent its hello.
one_hello_is_seen() {
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        "$TOOLS/await" 1 "$TMP/alice.out" 1 "bob: " && return 0
        "$TOOLS/await" 1 "$TMP/bob.out" 1 "alice: " && return 0
    done
    lib_tell_programs
    return 1
}

for build in $builds; do
    programs=$TMP/$build

    # hear
    start_step "$programs/hear"
    play "$build: hear gets a datagram and sends nothing" <<'EOT'
alice send 05 "alice" "hello"
alice hears nothing
EOT
    check "$build: hear prints the bytes of a datagram" sees server \
        "11 bytes from 127.0.0.1: 05 61 6c 69 63 65 68 65 6c 6c 6f"

    # relay
    start_step "$programs/relay"
    play "$build: relay passes a datagram on to all others" <<'EOT'
alice send 05 "alice" "is anyone here?"
bob   send 03 "bob" "me"
alice gets 03 "bob" "me"
carol send 05 "carol" "me too"
alice gets 05 "carol" "me too"
bob   gets 05 "carol" "me too"
EOT
    play "$build: relay cuts a long datagram and takes any name" <<'EOT'
alice send 05 "alice"
bob   send 03 "bob"
alice gets 03 "bob"
alice send 05 "alice" "部"*1400
bob   gets 05 "alice" "部"*1363 e9
eve   send 03 "bob" "I agree"
bob   gets 03 "bob" "I agree"
EOT
    if [ "$build" = checked ]; then
        start_step "$programs/relay"
        allow_stderr server
        awk 'BEGIN { for (i = 0; i < 101; i++) print "p" i " send 61" }' >"$TMP/hundred"
        "$TOOLS/talk" "$host" "$port" "$TMP/hundred" >"$TMP/hundred.out"
        check "$build: relay writes the 101st address past the end of its array" \
            complains server "relay.c:"
        check "$build: relay ends after the 101st address" ended server
        : >"$TMP/server.err"
        lib_set allowed server ""
    fi

    # say
    start_step "$programs/relay"
    say_in alice alice
    say_in bob bob
    check "$build: relay passes a hello on like a line" one_hello_is_seen
    types bob "me" "and 日本語"
    check "$build: say sends a line" sees alice "bob: me"
    check "$build: two lines of a pipe are two datagrams" sees alice "bob: and 日本語"
    types alice "yes?"
    check "$build: say prints a line that arrives" sees bob "alice: yes?"
    play "$build: say ignores a datagram that counts beyond its end, and an empty one" <<'EOT'
eve send ff "bob"
eve send
EOT
    play "$build: say gets an escape sequence" <<'EOT'
eve send 03 "eve" 1b "[2J"
EOT
    esc=$(printf '\033')
    check "$build: say prints the escape sequence unchanged" sees alice "eve: ${esc}[2J"
    hangup bob
    check "$build: say exits with 0 at the end of its input" exits bob 0
    check "$build: relay passes a goodbye on like a line" sees alice "* "
    stop server
    allow_stderr alice
    types alice "is anyone there?"
    check "$build: a connected socket reports that nobody listens" \
        complains alice "say: Connection refused"
    stop alice
    : >"$TMP/alice.err"
    lib_set allowed alice ""

    # names
    start_step "$programs/names"
    play "$build: names answers a hello, and announces joins and leaves" <<'EOT'
alice send 05 "alice"
alice gets 00 "welcome, alice"
bob   send 03 "bob" "hi"
alice gets 00 "bob joined"
bob   gets 00 "welcome, bob"
alice gets 03 "bob" "hi"
alice send 05 "alice"
alice gets 00 "welcome, alice"
bob   hears nothing
bob   send 06 "Robert"
alice gets 00 "bob is now called Robert"
bob   gets 00 "welcome, Robert"
carol send 05 "alice" "it is me"
carol gets 00 "the name alice is taken, choose another one"
alice hears nothing
bob   send 05 "alice"
bob   gets 00 "the name alice is taken, choose another one"
bob   send 00
alice gets 00 "Robert left"
alice send 00
EOT
    awk 'BEGIN {
        for (i = 0; i < 100; i++) {
            print "p" i " send 03 \"" 100 + i "\""
            print "p" i " awaits 00 \"welcome, " 100 + i "\""
        }
        print "late send 04 \"late\"\nlate gets 00 \"the server is full, try again later\""
        print "late send 03 \"199\"\nlate gets 00 \"the name 199 is taken, choose another one\""
        for (i = 0; i < 100; i++) print "p" i " send 00"
    }' >"$TMP/full"
    check "$build: names takes a hundred names and refuses one more" \
        "$TOOLS/talk" "$host" "$port" "$TMP/full"
    play "$build: names sends a stranger what another datagram left in the buffer" <<'EOT'
alice send 05 "alice"
alice gets 00 "welcome, alice"
alice send 05 "alice" "my secret is sesame"
eve   send ff "eve"
eve   gets 00 "welcome, evecemy secret is sesame"
alice awaits 00 "evecemy secret is sesame joined"
alice send 03 0a 1b "["
alice gets 00 "welcome, " 0a 1b "["
EOT
    start_step "$programs/names"
    say_in alice alice
    check "$build: say is welcomed by names" sees alice "* welcome, alice"
    client bob -n bob
    check "$build: names welcomes the client of stage 1" sees bob "* welcome, bob"
    types alice "hello, bob"
    types bob "hello, alice"
    check "$build: bob sees alice's line through names" sees bob "alice: hello, bob"
    check "$build: alice sees bob's line through names" sees alice "bob: hello, alice"
    hangup alice
    check "$build: names announces a goodbye" sees bob "* alice left"
    stop bob

    # safe
    number=0
    mkdir -p "$TMP/blocks"
    awk -v folder="$TMP/blocks" -f "$ROOT/tests/docs/blocks.awk" "$ROOT/docs/protocol.md" \
        "$ROOT/docs/01-udp-broadcast.md" >"$TMP/list"
    grep ' talk stage1$' "$TMP/list" >"$TMP/ours"
    while read -r block page line rest <&7; do
        start_step "$programs/safe"
        number=$((number + 1))
        check "$build: safe does what ${page##*/}:$line shows" \
            "$TOOLS/talk" "$host" "$port" "$TMP/blocks/$block"
    done 7<"$TMP/ours"
    check "$build: the pages have at least two examples" test "$number" -ge 2
    start_step "$programs/safe"
    play "$build: safe refuses malformed datagrams and answers only members" <<'EOT'
alice send 05 "alice"
alice gets 00 "welcome, alice"
bob   send 03 "bob"
bob   gets 00 "welcome, bob"
alice gets 00 "bob joined"
alice send
alice gets 00 "not delivered: the datagram is malformed"
alice send 06 "alice"
alice gets 00 "not delivered: the datagram is malformed"
alice send 05 "alice" "x"*4090
bob   gets 05 "alice" "x"*4090
alice send 05 "alice" "x"*4091
alice gets 00 "not delivered: longer than 4096 bytes with the name"
alice send 05 "alice" "x"*60000
alice gets 00 "not delivered: longer than 4096 bytes with the name"
alice send 05 "a:ice" "x"
alice gets 00 "not delivered: that name is not allowed"
alice send 05 "alice" e9 83
alice gets 00 "not delivered: the text is not valid UTF-8"
alice send 00 "* bob left"
alice hears nothing
bob   hears nothing
eve   send
eve   send ff "eve"
eve   send 04 "*eve"
eve   send 03 "eve" c3
eve   send 00
eve   hears nothing
alice hears nothing
EOT
    awk 'BEGIN {
        srand(7)
        for (i = 0; i < 3000; i++) {
            line = (i % 3 ? "alice" : "eve" i % 7) " send"
            size = int(rand() * 12)
            if (i % 2) line = line " 0" int(rand() * 8)
            for (j = 0; j < size; j++) {
                line = line sprintf(" %02x", rand() < .5 ? int(rand() * 256) : 97)
            }
            print line
            if (i % 50 == 0) print "bob send 03 \"bob\"\nbob awaits 00 \"welcome, bob\""
        }
    }' >"$TMP/noise"
    start_step "$programs/safe"
    check "$build: safe survives three thousand datagrams of noise" \
        "$TOOLS/talk" "$host" "$port" "$TMP/noise"
    start_step "$programs/safe"
    say_in alice alice
    check "$build: safe welcomes the small client" sees alice "* welcome, alice"
    client bob -n bob
    check "$build: safe welcomes the client of stage 1" sees bob "* welcome, bob"
    types bob "/name 花子"
    check "$build: safe announces a new name" sees alice "* bob is now called 花子"
    types bob "こんにちは"
    check "$build: alice sees bob's line under his new name" sees alice "花子: こんにちは"
    stop bob KILL
    feed again "$programs/say" 花子 "$port"
    check "$build: a client that vanished keeps its name for ever" \
        sees again "* the name 花子 is taken, choose another one"
    stop server
    check "$build: safe ends with 0 after a signal" test "$status" -eq 0
    check "$build: safe tells its members that it shuts down" \
        sees alice "* the server is shutting down"
    stop again
    stop alice
done
done_testing
