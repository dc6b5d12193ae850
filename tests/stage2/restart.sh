#!/bin/sh
# A server that was killed and started again knows no token any more. Each client notices that at
# its next line, reports it within seconds and comes back: the host creates the room again, which is
# a new one, and the others join it. They do not create it, however long the host is away.
. "$(dirname "$0")/../lib/lib.sh"
keep_port

start_server stage2
client alice -n alice -c r
check "alice, the host, is welcomed" sees alice "* welcome, alice"
client bob -n bob -j r
check "bob is welcomed" sees bob "* welcome, bob"
check "alice sees that bob joined" sees alice "bob joined"
stop server KILL
kill -s STOP "$(lib_get pid alice)"
start_server stage2 -p "$port"

types bob "is anybody there?"
check "bob is told that no server answers" \
    sees bob "* no answer from 127.0.0.1 port $port, still trying"
check "bob is told that his line may be lost" sees bob "* the last line may not have arrived"
check "bob is told that the room does not exist yet" \
    sees bob "* not joined again yet: there is no room of that name"
start list "$(lib_program stage2 client)" -l -p "$port"
check "-l exits with 0" exits list 0
check "bob's client does not create the room" printed list <<'EOT'
* there are no rooms
EOT

kill -s CONT "$(lib_get pid alice)"
types alice "am I here?"
check "alice creates the room again and is told that it is new" \
    sees alice "* your room was closed; this is a new room of that name"
check "alice is welcomed in the new room" sees alice "* welcome, alice" 2
check "bob joins the new room" sees bob "* you were taken out; you have joined again"
check "bob is welcomed in the new room" sees bob "* welcome, bob" 2
check "alice sees that bob joined the new room" sees alice "bob joined" 2
types bob "back"
check "alice sees bob's line in the new room" sees alice "bob: back"
types alice "good"
check "bob sees alice's line in the new room" sees bob "alice: good"
types bob "/who"
check "alice is the host of the new room" sees bob "alice (host)"

# If somebody else has taken the name of the room, the host does not take it over, and tells why.
stop server KILL
kill -s STOP "$(lib_get pid alice)"
start_server stage2 -p "$port"
client carol -n carol -c r
check "carol creates a room of the same name first" sees carol "* welcome, carol"
kill -s CONT "$(lib_get pid alice)"
types alice "hello?"
check "the former host is told that the room exists" \
    sees alice "* not joined again yet: there is a room of that name already"
refute "the former host is not in carol's room" grep -q "alice" "$TMP/carol.out"
stop alice
stop bob
stop carol
allow_stderr alice
allow_stderr bob

done_testing
