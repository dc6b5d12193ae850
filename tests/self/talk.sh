#!/bin/sh
# The tool talk must fail if the server does not do what the script says, and tell why. Stage 1's
# server gives it cases to complain about.
. "$(dirname "$0")/../lib/lib.sh"
start_server stage1

# fails STATUS TEXT: talk, with the script on standard input, ends with STATUS and prints TEXT.
fails() {
    "$TOOLS/talk" -t 1 "$host" "$port" >"$TMP/out" 2>&1 && status=0 || status=$?
    [ $status -eq "$1" ] && grep -F -q -e "$2" "$TMP/out" && has_lines "$TMP/out" 1 && return 0
    echo "status $status"
    cat "$TMP/out"
    return 1
}

expected='expected "\x00welcome, bob" (13 bytes), got "\x00welcome, alice" (15 bytes)'
check "talk reports a datagram that differs" fails 1 "line 3: alice gets: $expected" <<'EOT'
# The answer has the other name.
alice send 05 "alice"
alice gets 00 "welcome, bob"
EOT
check "talk reports a datagram that is one byte longer" fails 1 'different from byte 14 on' <<'EOT'
anna send 04 "anna"
anna gets 00 "welcome, ann"
EOT
check "talk reports a datagram that is one byte shorter" fails 1 'different from byte 15 on' <<'EOT'
bert send 04 "bert"
bert gets 00 "welcome, bert!"
EOT
expected='expected "hello" (5 bytes), got nothing'
check "talk reports that nothing came" fails 1 "line 1: eve gets: $expected" <<'EOT'
eve gets "hello"
EOT
expected='expected nothing, got "\x00welcome, carol"'
check "talk reports a datagram where nothing should come" \
    fails 1 "line 2: carol hears: $expected" <<'EOT'
carol send 05 "carol"
carol hears nothing
EOT
check "talk reports an awaited datagram that does not come" fails 1 'other datagrams' <<'EOT'
dora send 04 "dora"
dora send 04 "dora"
dora awaits 00 "welcome, erin"
EOT
check "talk shows bytes that are not text as numbers" fails 1 '\xE8\x8A\xB1' <<'EOT'
f send 03 "花"
f gets
EOT

check "talk refuses an unknown verb" fails 2 "no such verb" <<'EOT'
alice sings
EOT
check "talk refuses a missing quotation mark" fails 2 "quotation mark" <<'EOT'
alice send "alice
EOT
check "talk refuses half a byte" fails 2 "two hexadecimal digits" <<'EOT'
alice send 0
EOT
check "talk refuses bytes without a space between them" fails 2 "no blank" <<'EOT'
alice send 00"a"
EOT
check "talk refuses a repetition without a number" fails 2 "after * stands a number" <<'EOT'
alice send 00*x
EOT
check "talk refuses more than a datagram can hold" fails 2 "too many bytes" <<'EOT'
alice send "x"*60000 "y"*6000
EOT
check "talk refuses an address after sending" fails 2 "spoken already" <<'EOT'
alice send 00
alice at 127.0.0.2
EOT

scene "talk sends the bytes of its notation" <<'EOT'
# "" in quotes, repetition of nothing, of one byte, of a text; small and capital digits; tabs.
a	send 03 "a\"\\" "x"*0 "ab"*3 4A*2 4a ""
b send 01 "b"
a gets 00 "welcome, a\"\\"
a send 03 "a\"\\" "x"*0 "ab"*3 4A*2 4a ""
b awaits 03 61 22 5c 61 62 61 62 61 62 4a 4a 4a
a closes
a at 127.0.0.3
a send 01 "c"
a gets 00 "welcome, c"
EOT

stop server
check "talk reports that no server listens" fails 1 "nobody listens" <<'EOT'
alice send 00
alice gets 00
EOT

done_testing
