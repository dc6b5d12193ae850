#!/bin/sh
# A client whose machine gets another address: the old token is invalid there. The client joins
# again by itself, under its own name, as soon as the server has given up the old address.
# shellcheck source=../lib/network.sh
. "$(dirname "$0")/../lib/network.sh"

start_server stage2 -b "$host" -t 12
client alice -n alice -c r "$host"
check "alice, the host, is welcomed" sees alice "* welcome, alice"
client bob -n bob -j r "$host"
check "alice sees that bob joined" sees alice "bob joined"
check "the machine gets another address" move
PATIENCE=30
check "bob is told that he has not joined again yet" sees bob "* not joined again yet: "
check "alice is told that her room still exists" \
    sees alice "* not joined again yet: there is a room of that name already"
check "alice creates the room again" sees alice "* your room was closed"
check "bob joins the room again" sees bob "* you were taken out; you have joined again"
types bob "from another address"
check "alice sees bob's line from the new address" sees alice "bob: from another address"
hangup bob
check "bob's client exits with 0: no line is lost" exits bob 0
done_testing
