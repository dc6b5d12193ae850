#!/bin/sh
# A member that only listens is dropped while it is unreachable, so the notice is lost. When the
# path works again, its client finds out within seconds, reports it, and joins again.
. "$(dirname "$0")/../lib/lib.sh"
STAGE=stage3
keep_port
start_server stage3 -t 2
real=$port
client alice -n alice -c r
check "alice is in" sees alice "* welcome, alice"
start lossy "$TOOLS/lossy" "$host" "$real"
check "bob has a network of his own" sees lossy "listening on"
own=$(sed -n 's/.*://p' "$TMP/lossy.out")
port=$own
client bob -n bob -j r
check "bob is in" sees alice "* bob joined"
"$TOOLS/await" 4 gone $$ # he only listens, for longer than the silence allowed
check "and stays in" never_saw alice "bob left"

stop lossy
check "nothing reaches him, so he is dropped" sees alice "* bob left"
start lossy "$TOOLS/lossy" -p "$own" "$host" "$real"
check "his network is back" sees lossy "listening on"
at=$(date +%s)
check "his client says that it is not connected" sees bob "* reconnecting"
said=$(($(date +%s) - at))
check "and is back" sees alice "* bob joined" 2
back=$(($(date +%s) - at))
echo "# said after $said s, back after $back s"
check "it said so within 6 seconds ($said s)" [ "$said" -le 6 ]
types alice "welcome back"
check "it hears again" sees bob "alice: welcome back"
check "it was told nothing, so the notice was lost" never_saw bob "taken out"

# The client is stopped for so long that it is dropped, and its network drops all datagrams
# meanwhile.
stop lossy
kill -s STOP "$(lib_get pid bob)"
check "it is dropped again" sees alice "* bob left" 2
start lossy "$TOOLS/lossy" -p "$own" "$host" "$real"
check "its network is back" sees lossy "listening on"
at=$(date +%s)
kill -s CONT "$(lib_get pid bob)"
check "it is back" sees alice "* bob joined" 3
back=$(($(date +%s) - at))
echo "# back after $back s"
check "within 4 seconds ($back s)" [ "$back" -le 4 ]
done_testing
