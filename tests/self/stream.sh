#!/bin/sh
# The tool talk over TCP: it must fail if the server does not do what the script says, and tell why;
# and it must keep what the script asks it to keep. Stage 2's server gives it cases to complain
# about.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/rooms.sh"
start_server stage2

# fails STATUS TEXT: talk, with the script on standard input, ends with STATUS, and its last line
# has TEXT.
fails() {
    room_steps | "$TOOLS/talk" -t 1 "$host" "$port" >"$TMP/out" 2>&1 && status=0 || status=$?
    [ $status -eq "$1" ] && tail -n 1 "$TMP/out" | grep -F -q -e "$2" && return 0
    echo "status $status"
    cat "$TMP/out"
    return 1
}

check "talk reports a byte that differs" fails 1 'different from byte 34 on' <<'EOT'
a connects
a writes <join request "1" "a">
a reads <join response "1" 00>
EOT
check "talk reports an end that comes too early" fails 1 '(34 bytes), then the end' <<'EOT'
a connects
a writes <join request "1" "a">
a reads <join response "1" 02> 00
EOT
check "talk reports that nothing came instead of a byte" \
    fails 1 'expected "\x00" (1 byte), got "" (0 bytes), then nothing' <<'EOT'
a connects
a reads 00
EOT
check "talk reports bytes that came instead of the end" \
    fails 1 'a reads: expected the end, got "\x01\x02' <<'EOT'
a connects
a writes <join request "1" "a">
a reads end
EOT
check "talk reports an end that did not come" \
    fails 1 'a reads: expected the end, got nothing' <<'EOT'
a connects
a reads end
EOT
check "talk refuses to write without a connection" fails 2 "it is not connected" <<'EOT'
a writes 00
EOT
check "talk refuses to connect twice" fails 2 "connected already" <<'EOT'
a connects
a connects
EOT
check "talk refuses an address after connecting" fails 2 "spoken already" <<'EOT'
a connects
a at 127.0.0.2
EOT
check "talk refuses hangs without up" fails 2 '"hangs up" is meant' <<'EOT'
a connects
a hangs
EOT
check "talk refuses trickles without a number" fails 2 '"trickles COUNT BYTES" is meant' <<'EOT'
a connects
a trickles "x"
EOT
check "talk refuses a name under which nothing was kept" fails 2 "the name of what was kept" <<'EOT'
a connects
a writes token
EOT
check "talk refuses another peer's name under which nothing was kept" \
    fails 2 "the name of what was kept" <<'EOT'
a send b.token
EOT
check "talk refuses to keep what is sent" fails 2 "nothing can be kept here" <<'EOT'
a connects
a writes token=32
EOT
check "talk refuses to keep no bytes" fails 2 "how many bytes are to be kept" <<'EOT'
a connects
a reads token=0
EOT
check "talk refuses a datagram that is too large" fails 2 "too many bytes" <<'EOT'
a send "x"*65536
EOT

room_play "talk keeps bytes of streams and datagrams, for itself and for others" -v <<'EOT'
a connects
a writes <create request "r" "alice">
a reads <create response "r" 00> <create complete "r" head=30 middle=1 "" last=1>
a reads end
a hangs up
a send 01 20 "r" head middle last
a gets "* " word=7 ", " name=5
b send 01 20 "r" a.head a.middle a.last
b gets "* " a.word ", " a.name
b send 01 20 "r" a.head a.middle a.last "/who"
b awaits "* " word=4 ": " a.name " (host)"
b send 01 20 "r" a.head a.middle a.last "/who"
b gets "* " word ": " rest=12
EOT
cp "$TMP/lib.seen" "$TMP/told" # its output, before another check overwrites it
told() { grep -q -e "$1" "$TMP/told" || { cat "$TMP/told"; return 1; }; }
check "talk -v prints what it keeps" told '^line 7: a\.word is "welcome" (7 bytes)$'
check "talk -v prints every step" told '^line 8: b send 01 20 "r" a\.head a\.middle a\.last$'

room_play "port stands for the number of the UDP port" -v <<'EOT'
a connects
a writes <join request "r" "b"> b.port
a reads <join response "r" 00> <join complete "r" token=32>
a send 01 20 "r" token "/leave"
a hangs up
a connects
a writes <join request "r" "c"> port
a reads <join response "r" 00> <join complete "r" token=32>
a hangs up
b hears nothing
EOT

# A peer that resets: a server that is killed while bytes of ours are unread.
feed reader "$TOOLS/talk" -v "$host" "$port"
types reader 'a connects' 'a writes 06 01 00'
check "the connection is open before the server is killed" sees reader "a writes"
kill -s STOP "$(lib_get pid server)"
types reader 'a writes "x"*1000' 'y hears nothing'
check "the server has unread bytes when it is killed" sees reader "y hears nothing"
kill -s KILL "$(lib_get pid server)"
types reader 'a reads end'
check "talk reports a reset, not an end" sees reader "a reads: expected the end, got a reset"
stop server
check "talk exits with 1 after a reset" exits reader 1

check "talk reports that no server listens" fails 1 "nobody listens" <<'EOT'
alice connects
EOT

done_testing
