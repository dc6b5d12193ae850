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
check "a client without a server exits with 1" exits alice 1
check "the client names the port without a server" complains alice "$port"
check "the client prints one line of error" has_lines "$TMP/alice.err" 1
check "the client prints nothing else" has_lines "$TMP/alice.out" 0
start list "$client" -l -p "$port"
allow_stderr list
check "-l without a server exits with 1" exits list 1

start_server stage2
client alice -n alice -c r
check "alice, the host, is welcomed" sees alice "* welcome, alice"
client bob -n bob -j r
check "bob is welcomed" sees bob "* welcome, bob"
start carol sh -c 'exec "$@" <&-' sh "$client" -n carol -j r -p "$port"
check "a closed standard input ends the client with 0" exits carol 0
start dora sh -c 'exec "$@" >&-' sh "$client" -n dora -j r -p "$port"
check "a client whose standard output is closed ends with its input" ended dora
allow_stderr dora

# A pipe whose reader is gone. The shell writes the client's status to a file.
feed erin sh -c 'status=$1; shift; { "$@"; echo $? >"$status"; } | :' \
    sh "$TMP/erin.status" "$client" -n erin -j r -p "$port"
check "a client that cannot print ends" ended erin
check "a client that cannot print exits with 1" grep -q '^1$' "$TMP/erin.status"
check "a client that cannot print gives the reason" complains erin "stage2 client: "
allow_stderr erin

# A client that is killed sends no goodbye; the rooms go on.
client fred -n fred -j r
check "fred is welcomed" sees fred "* welcome, fred"
stop fred KILL
types bob "is fred here?"
check "alice sees bob's line after a client was killed" sees alice "bob: is fred here?"
"$TOOLS/await" 1 gone $$ # the server answers bob, who asks after each line; else bob has a doubt

# A server that is killed: a client asks a silent server after 20 seconds, and then every second.
stop server KILL
PATIENCE=40
check "alice is told that the killed server does not answer" \
    sees alice "* no answer from 127.0.0.1 port $port, still trying"
check "bob is told that the killed server does not answer" \
    sees bob "* no answer from 127.0.0.1 port $port, still trying"
check "bob's client still tries" runs bob
PATIENCE=20
types bob "/quit"
check "bob can leave although no server answers" exits bob 0

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
check "a server whose standard output is closed ends with 0" test "$status" -eq 0

# -e: the server ends when the last member has left, and not before.
start_server stage2 -e
room_play "with -e the server stays while a member is there" <<'EOT'
alice creates "r"
bob   creates "s"
alice says "r" "/leave"
alice hears nothing
bob   says "s"
bob   gets "* welcome, bob"
bob   says "s" "/leave"
EOT
check "with -e the server ends with its last member" exits server 0
start_server stage2
room_play "without -e the last member leaves" <<'EOT'
alice creates "r"
alice says "r" "/leave"
alice hears nothing
EOT
check "without -e the server stays after its last member" runs server

# -v: the server logs counts, in few lines however much it did.
start_server stage2 -v
allow_stderr server
room_play "alice and bob talk on a server with -v" <<'EOT'
alice creates "r"
bob   joins "r"
alice says "r" "hello"
EOT
stop server
check "-v prints counts" test -s "$TMP/server.err"
few() { [ "$(wc -l <"$TMP/server.err")" -le 3 ] || { cat "$TMP/server.err"; return 1; }; }
check "-v prints at most three lines" few

done_testing
