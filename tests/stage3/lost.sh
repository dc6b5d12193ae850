#!/bin/sh
# A member that only listens is dropped while it is unreachable, so the notice is lost. When the
# path works again, its client finds out within seconds, reports it, and joins again.
. "$(dirname "$0")/../lib/lib.sh"
STAGE=stage3
keep_port
start_server stage3 -t 2
real=$port
client alice -n alice -c r
check "alice is welcomed" sees alice "* welcome, alice"
start lossy "$TOOLS/lossy" "$host" "$real"
check "bob's lossy path is ready" sees lossy "listening on"
own=$(sed -n 's/.*://p' "$TMP/lossy.out")
port=$own
client bob -n bob -j r
check "alice sees that bob joined" sees alice "* bob joined"
"$TOOLS/await" 4 gone $$ # he only listens, for longer than the silence allowed
check "bob, who only listens, is not dropped" never_saw alice "bob left"

stop lossy
check "bob is dropped while nothing reaches him" sees alice "* bob left"
start lossy "$TOOLS/lossy" -p "$own" "$host" "$real"
check "bob's path is back" sees lossy "listening on"
at=$(date +%s)
check "bob's client reports that it reconnects" sees bob "* reconnecting"
said=$(($(date +%s) - at))
check "bob joins again" sees alice "* bob joined" 2
back=$(($(date +%s) - at))
echo "# said after $said s, back after $back s"
check "bob's client reported it within 6 seconds ($said s)" [ "$said" -le 6 ]
types alice "welcome back"
check "bob sees alice's line after he is back" sees bob "alice: welcome back"
check "bob got no notice that he was dropped" never_saw bob "taken out"

# The client is stopped for so long that it is dropped, and its path drops all datagrams meanwhile.
stop lossy
kill -s STOP "$(lib_get pid bob)"
check "bob's stopped client is dropped" sees alice "* bob left" 2
start lossy "$TOOLS/lossy" -p "$own" "$host" "$real"
check "bob's path is back after the stop" sees lossy "listening on"
at=$(date +%s)
kill -s CONT "$(lib_get pid bob)"
check "bob joins again after the stop" sees alice "* bob joined" 3
back=$(($(date +%s) - at))
echo "# back after $back s"
check "bob joins again within 4 seconds ($back s)" [ "$back" -le 4 ]
done_testing
