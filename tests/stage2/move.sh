#!/bin/sh
# A client whose machine gets another address: the old token is invalid there. The client joins
# again by itself, under its own name, as soon as the server has given up the old address.
# shellcheck source=../lib/network.sh
. "$(dirname "$0")/../lib/network.sh"

start_server stage2 -b "$host" -t 12
client alice -n alice -c r "$host"
check "a host is there" sees alice "* welcome, alice"
client bob -n bob -j r "$host"
check "and another one" sees alice "bob joined"
check "the machine gets another address" move
PATIENCE=30
check "the name is still held for the old one" sees bob "* not joined again yet: "
check "the host's room, too" sees alice "* not joined again yet: there is a room of that name already"
check "but not for ever: the host creates it again" sees alice "* your room was closed"
check "and the other one joins it" sees bob "* you were taken out; you have joined again"
types bob "from another address"
check "what he says arrives" sees alice "bob: from another address"
hangup bob
check "he lost no line" exits bob 0
done_testing
