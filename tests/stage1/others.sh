#!/bin/sh
# A client that somebody else wrote: tools/listener says one thing and then only listens. It is heard,
# it hears the others, and before it is taken out for its silence it is told how to stay.
. "$(dirname "$0")/../lib/lib.sh"

start_server stage1 -t 10
client alice -n alice
check "our client is there" sees alice "* welcome, alice"
start rei "$TOOLS/listener" "$host" "$port" 玲 "こんにちは, at once"
check "a first word without a hello is heard" sees alice "玲: こんにちは, at once"
check "the author of a first word is announced" sees alice "玲 joined"
check "the author of a first word is welcomed" sees rei ": welcome, 玲"
types alice "welcome, whoever you are"
check "another client hears ours" sees rei "alice: welcome, whoever you are"
types alice "/who"
check "another client is listed" sees alice "* here: alice, 玲"
check "a silent client is told in time how to stay" \
    sees rei ": say something within 3 seconds to stay; your name without a text will do"
check "a client that was silent for too long is told that" \
    sees rei ": you were silent for 10 seconds and were taken out"
check "the others are told that a silent client left" sees alice "* 玲 left"
check "our client is never reminded, as it speaks by itself" never_saw alice "to stay"
stop server
check "a member is told of the shutdown" sees alice "* the server is shutting down"
check "a client that was taken out is not told of the shutdown" never_saw rei "shutting down"
stop alice

done_testing
