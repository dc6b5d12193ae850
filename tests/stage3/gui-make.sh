#!/bin/sh
# `make gui` starts a server with the window if there is none, and ends it with the window. (That
# the server goes on for other members is not tested: nothing would end it.)
. "$(dirname "$0")/../lib/lib.sh"
keep_port
lib_key
cp "$TMP/key" "$TMP/.chat3_key"
start_server stage3 # only to find a free port
free=$port
stop server

start gui sh "$ROOT/tests/gui.sh" "$free" -w 0 --no-open
check "the window says its address" sees gui "key="
port=$free
client alice -c lounge -n alice
check "there is a server, too" sees alice "* welcome, alice"

# A second one finds it.
start other sh "$ROOT/tests/gui.sh" "$free" -w 0 --no-open
check "another window says its address" sees other "key="
stop other
check "ends well" test "$status" -eq 0
types alice "/who"
check "and the server goes on" sees alice "* here: alice (host)"

hangup alice
check "alice leaves" exits alice 0
stop gui
check "the window ends well" test "$status" -eq 0
gone() { ! "$(lib_program stage3 client)" -p "$free" -l; }
check "and with it the server" gone
done_testing
