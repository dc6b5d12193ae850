#!/bin/sh
# Clients and servers in a failing environment.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/rooms.sh"
keep_port
STAGE=stage2
client=$(lib_program stage2 client)

# A port that a server had a moment ago most likely stays free for as long as this test needs it.
start_server stage2
stop server
client alice -n alice -c r
allow_stderr alice
check "without a server the client ends with 1" exits alice 1
check "and says so" complains alice "$port"
check "in one line" has_lines "$TMP/alice.err" 1
check "and nothing else" has_lines "$TMP/alice.out" 0
start list "$client" -l -p "$port"
allow_stderr list
check "so does -l" exits list 1

start_server stage2
client alice -n alice -c r
check "a host is there" sees alice "* welcome, alice"
client bob -n bob -j r
check "and another one" sees bob "* welcome, bob"
start carol sh -c 'exec "$@" <&-' sh "$client" -n carol -j r -p "$port"
check "a closed standard input is its end" exits carol 0
start dora sh -c 'exec "$@" >&-' sh "$client" -n dora -j r -p "$port"
check "a client whose standard output is closed ends with its input" ended dora
allow_stderr dora

# A pipe whose reader is gone. The shell writes the client's status to a file.
feed erin sh -c 'status=$1; shift; { "$@"; echo $? >"$status"; } | :' \
    sh "$TMP/erin.status" "$client" -n erin -j r -p "$port"
check "a client that cannot print ends" ended erin
check "with status 1" grep -q '^1$' "$TMP/erin.status"
check "and says why" complains erin "stage2 client: "
allow_stderr erin

# A client that is killed sends no goodbye; the rooms go on.
client fred -n fred -j r
check "one more" sees fred "* welcome, fred"
stop fred KILL
types bob "is fred here?"
check "a killed client does not disturb the others" sees alice "bob: is fred here?"
"$TOOLS/await" 1 gone $$ # meanwhile the server answers bob, who asks behind each line: else he is in doubt

# A server that is killed: a client asks a silent server after 20 seconds, and then every second.
stop server KILL
PATIENCE=40
check "a server that is gone without a word is noticed" \
    sees alice "* no answer from 127.0.0.1 port $port, still trying"
check "by the other one too" sees bob "* no answer from 127.0.0.1 port $port, still trying"
check "who goes on trying" runs bob
PATIENCE=20
types bob "/quit"
check "and can leave all the same" exits bob 0

# Nobody can read this server's ready line. It must serve anyway.
start_server stage2
stop server
start silent sh -c 'exec "$@" >&-' sh "$(lib_program stage2 server)" -p "$port"
served() { # until it listens there is nobody
    for try in 1 2 3 4 5 6 7 8 9 10; do
        start list "$client" -l -p "$port"
        if exits list 0 >/dev/null; then return 0; fi
        "$TOOLS/await" 1 "$TMP/list.none" 1 "$try"
    done
    return 1
}
check "a server whose standard output is closed serves" served
stop silent
check "and ends with 0" test "$status" -eq 0

# -e: the server ends when the last member has left, and not before.
start_server stage2 -e
room_play "with -e it goes on while anyone is there" <<'EOT'
alice creates "r"
bob   creates "s"
alice says "r" "/leave"
alice hears nothing
bob   says "s"
bob   gets "* welcome, bob"
bob   says "s" "/leave"
EOT
check "and ends when the last one has left" exits server 0
start_server stage2
room_play "without it the server stays" <<'EOT'
alice creates "r"
alice says "r" "/leave"
alice hears nothing
EOT
check "for whoever comes next" runs server

# -v: the server logs counts, in few lines however much it did.
start_server stage2 -v
allow_stderr server
room_play "a talk to be counted" <<'EOT'
alice creates "r"
bob   joins "r"
alice says "r" "hello"
EOT
stop server
check "-v counts" test -s "$TMP/server.err"
few() { [ "$(wc -l <"$TMP/server.err")" -le 3 ] || { cat "$TMP/server.err"; return 1; }; }
check "in few lines" few

done_testing
