#!/bin/sh
# A member that cannot reach the server for a while, or whose address changes, goes on where it was;
# nobody sees it leave.
. "$(dirname "$0")/../lib/lib.sh"
STAGE=stage3
keep_port
start_server stage3
real=$port
start lossy "$TOOLS/lossy" "$host" "$real"
check "bob's lossy path is ready" sees lossy "listening on"
own=$(sed -n 's/.*://p' "$TMP/lossy.out")

client alice -n alice -c r
check "alice is welcomed" sees alice "* welcome, alice"
port=$own
client bob -n bob -j r
check "alice sees that bob joined" sees alice "* bob joined"
types bob "one"
check "alice sees bob's line" sees alice "bob: one"

# Another network: bob keeps his port, and the server sees a new address.
stop lossy
types alice "said while bob was away"
start lossy "$TOOLS/lossy" -p "$own" "$host" "$real"
check "bob's path is back, with another address" sees lossy "listening on"
types bob "two"
check "bob's line arrives from his new address" sees alice "bob: two"
check "bob sees the line from while he was away" sees bob "alice: said while bob was away"
check "alice is not told that bob left" never_saw alice "bob left"

# After a longer absence his client notices, and makes another exchange.
stop lossy
types bob "three"
check "bob's client reports that it reconnects" sees bob "* reconnecting"
types alice "said in the meantime"
start lossy "$TOOLS/lossy" -p "$own" "$host" "$real"
PATIENCE=30
check "bob's line from while he was away arrives" sees alice "bob: three"
check "bob sees the line from his longer absence" sees bob "alice: said in the meantime"
check "bob's client reports that it is connected again" sees bob "* connected again"
once() { [ "$(grep -c "$2" "$TMP/$1.out")" = 1 ]; }
check "alice sees bob's line once" once alice "bob: three"
check "alice is not told that bob left after his longer absence" never_saw alice "bob left"

# The server itself is stopped for a moment.
PATIENCE=20
server_pid=$(lib_get pid server)
kill -STOP "$server_pid"
types alice "to a server that sleeps"
"$TOOLS/await" 1 "$TMP/bob.out" 1 "to a server that sleeps" || true
kill -CONT "$server_pid"
check "bob sees the line sent to the stopped server" sees bob "alice: to a server that sleeps"
check "the stopped server has dropped nobody" never_saw alice "bob left"

# The server is killed, and started again without a journal: the room is gone, and no entry can
# report that.
stop server KILL
start_server stage3 -p "$real"
PATIENCE=30
check "the host is told that the room is closed" sees alice "* the room is closed: either while the"
check "the host's client exits with 7" exits alice 7
done_testing
