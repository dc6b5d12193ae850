#!/bin/sh
# A client whose machine gets another address goes on by itself, under its own name, as soon as the
# server has given up the old address.
# shellcheck source=../lib/network.sh
. "$(dirname "$0")/../lib/network.sh"

start_server stage1 -b "$host" -t 4
client watch -n watch "$host"
check "a watcher is there" sees watch "* welcome, watch"
client alice -n alice "$host"
check "alice is there" sees watch "alice joined"
check "the machine gets another address" move
check "alice's client reports it" sees alice "the address of this machine has changed"
check "the server holds her name for the old address" sees alice "the server holds your name"
PATIENCE=30
check "the server gives the name back after a while" sees alice "* the server answers again"
check "the watcher finds the server again, too" sees watch "* the server answers again"
types alice "from another address"
check "a line from the new address is said" sees watch "alice: from another address"

check "the first address is back" move_back
types alice "the old one is as good" # this line still leaves from the other address
check "a working address is not changed" sees watch "alice: the old one is as good"
hangup alice
check "no line was lost" exits alice 0
done_testing
