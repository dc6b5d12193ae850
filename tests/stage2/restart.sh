#!/bin/sh
# A server that was killed and started again knows no token any more. Each client notices that at its
# next word, says so within seconds and comes back: the host creates the room again, which is a new one,
# and the others join it. They do not create it, however long the host is away.
. "$(dirname "$0")/../lib/lib.sh"
keep_port

start_server stage2
client alice -n alice -c r
check "a host is there" sees alice "* welcome, alice"
client bob -n bob -j r
check "and another one" sees bob "* welcome, bob"
check "who is told of" sees alice "bob joined"
stop server KILL
kill -s STOP "$(lib_get pid alice)"
start_server stage2 -p "$port"

types bob "is anybody there?"
check "without the host the other one is told that no answer comes" \
    sees bob "* no answer from 127.0.0.1 port $port, still trying"
check "and that its line may be lost" sees bob "* the last line may not have arrived"
check "and why it is not back yet" sees bob "* not joined again yet: there is no room of that name"
start list "$(lib_program stage2 client)" -l -p "$port"
check "the list ends" exits list 0
check "it does not create the room" printed list <<'EOT'
* there are no rooms
EOT

kill -s CONT "$(lib_get pid alice)"
types alice "am I here?"
check "the host creates it again, and says that it is a new one" \
    sees alice "* your room was closed; this is a new room of that name"
check "and is welcomed" sees alice "* welcome, alice" 2
check "the other one joins it" sees bob "* you were taken out; you have joined again"
check "and is welcomed" sees bob "* welcome, bob" 2
check "the host is told" sees alice "bob joined" 2
types bob "back"
check "and hears it" sees alice "bob: back"
types alice "good"
check "and is heard" sees bob "alice: good"
types bob "/who"
check "the host is the host" sees bob "alice (host)"

# If somebody else was quicker with the name of the room, the host does not take it over, and tells why.
stop server KILL
kill -s STOP "$(lib_get pid alice)"
start_server stage2 -p "$port"
client carol -n carol -c r
check "another one has created a room of that name" sees carol "* welcome, carol"
kill -s CONT "$(lib_get pid alice)"
types alice "hello?"
check "the host of before is told that it exists" \
    sees alice "* not joined again yet: there is a room of that name already"
refute "and is not in it" grep -q "alice" "$TMP/carol.out"
stop alice
stop bob
stop carol
allow_stderr alice
allow_stderr bob

done_testing
