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

check "another byte than expected" fails 1 'different from byte 34 on' <<'EOT'
a connects
a writes <join request "1" "a">
a reads <join response "1" 00>
EOT
check "an end that comes too early" fails 1 '(34 bytes), then the end' <<'EOT'
a connects
a writes <join request "1" "a">
a reads <join response "1" 02> 00
EOT
check "nothing, where a byte is expected" fails 1 'expected "\x00" (1 byte), got "" (0 bytes), then nothing' <<'EOT'
a connects
a reads 00
EOT
check "bytes, where the end is expected" fails 1 'a reads: expected the end, got "\x01\x02' <<'EOT'
a connects
a writes <join request "1" "a">
a reads end
EOT
check "no end, where one is expected" fails 1 'a reads: expected the end, got nothing' <<'EOT'
a connects
a reads end
EOT
check "not connected" fails 2 "it is not connected" <<'EOT'
a writes 00
EOT
check "connected twice" fails 2 "connected already" <<'EOT'
a connects
a connects
EOT
check "an address that comes too late" fails 2 "spoken already" <<'EOT'
a connects
a at 127.0.0.2
EOT
check "hangs without up" fails 2 '"hangs up" is meant' <<'EOT'
a connects
a hangs
EOT
check "trickles without a number" fails 2 '"trickles COUNT BYTES" is meant' <<'EOT'
a connects
a trickles "x"
EOT
check "a name under which nothing was kept" fails 2 "the name of what was kept" <<'EOT'
a connects
a writes token
EOT
check "the same for the name of another one" fails 2 "the name of what was kept" <<'EOT'
a send b.token
EOT
check "keeping what is sent" fails 2 "nothing can be kept here" <<'EOT'
a connects
a writes token=32
EOT
check "keeping nothing" fails 2 "how many bytes are to be kept" <<'EOT'
a connects
a reads token=0
EOT
check "too large a datagram" fails 2 "too many bytes" <<'EOT'
a send "x"*65536
EOT

room_play "bytes are kept: in pieces, of a datagram, by another one, and again" -v <<'EOT'
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
check "-v prints what was kept" told '^line 7: a\.word is "welcome" (7 bytes)$'
check "and every step" told '^line 8: b send 01 20 "r" a\.head a\.middle a\.last$'

room_play "port is the number of the UDP port" -v <<'EOT'
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
check "a connection is open" sees reader "a writes"
kill -s STOP "$(lib_get pid server)"
types reader 'a writes "x"*1000' 'y hears nothing'
check "with bytes that the server has not read" sees reader "y hears nothing"
kill -s KILL "$(lib_get pid server)"
types reader 'a reads end'
check "a reset is not reported as an end" sees reader "a reads: expected the end, got a reset"
stop server
check "and talk fails" exits reader 1

check "a server that is not there" fails 1 "nobody listens" <<'EOT'
alice connects
EOT

done_testing
