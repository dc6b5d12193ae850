#!/bin/sh
# A member that cannot reach the server for a while, or whose address changes, goes on where it was;
# nobody sees it leave.
. "$(dirname "$0")/../lib/lib.sh"
STAGE=stage3
keep_port
start_server stage3
real=$port
start lossy "$TOOLS/lossy" "$host" "$real"
check "bob has a network of his own" sees lossy "listening on"
own=$(sed -n 's/.*://p' "$TMP/lossy.out")

client alice -n alice -c r
check "alice is in" sees alice "* welcome, alice"
port=$own
client bob -n bob -j r
check "bob is in" sees alice "* bob joined"
types bob "one"
check "he can be heard" sees alice "bob: one"

# Another network: bob keeps his port, and the server sees a new address.
stop lossy
types alice "said while bob was away"
start lossy "$TOOLS/lossy" -p "$own" "$host" "$real"
check "his network is back, with another address" sees lossy "listening on"
types bob "two"
check "he goes on" sees alice "bob: two"
check "and has missed nothing" sees bob "alice: said while bob was away"
check "nobody saw him leave" never_saw alice "bob left"

# After a longer absence his client notices, and makes another exchange.
stop lossy
types bob "three"
check "his client says that it tries" sees bob "* reconnecting"
types alice "said in the meantime"
start lossy "$TOOLS/lossy" -p "$own" "$host" "$real"
PATIENCE=30
check "what he said meanwhile arrives" sees alice "bob: three"
check "so does what he missed" sees bob "alice: said in the meantime"
check "and it says so" sees bob "* connected again"
once() { [ "$(grep -c "$2" "$TMP/$1.out")" = 1 ]; }
check "each line came once" once alice "bob: three"
check "still nobody saw him leave" never_saw alice "bob left"

# The server itself is stopped for a moment.
PATIENCE=20
server_pid=$(lib_get pid server)
kill -STOP "$server_pid"
types alice "to a server that sleeps"
"$TOOLS/await" 1 "$TMP/bob.out" 1 "to a server that sleeps" || true
kill -CONT "$server_pid"
check "and wakes" sees bob "alice: to a server that sleeps"
check "it has dropped nobody" never_saw alice "bob left"

# The server is killed, and started again without a journal: the room is gone, and no entry can
# tell.
stop server KILL
start_server stage3 -p "$real"
PATIENCE=30
check "the host is told that the room is closed" sees alice "* the room is closed: either while the"
check "and the client ends" exits alice 7
done_testing
