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
check "make gui prints the address of the window" sees gui "key="
port=$free
client alice -c lounge -n alice
check "make gui has started a server" sees alice "* welcome, alice"

# A second one finds it.
start other sh "$ROOT/tests/gui.sh" "$free" -w 0 --no-open
check "a second make gui prints the address of its window" sees other "key="
stop other
check "the second make gui ends with 0" test "$status" -eq 0
types alice "/who"
check "the server of the first make gui still runs" sees alice "* here: alice (host)"

hangup alice
check "alice leaves and exits with 0" exits alice 0
stop gui
check "the first make gui ends with 0" test "$status" -eq 0
gone() { ! "$(lib_program stage3 client)" -p "$free" -l; }
check "the server ends with the first make gui" gone
done_testing
