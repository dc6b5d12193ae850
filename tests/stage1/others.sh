#!/bin/sh
# A client that somebody else wrote: tools/listener says one thing and then only listens. It is heard,
# it hears the others, and before it is taken out for its silence it is told how to stay.
. "$(dirname "$0")/../lib/lib.sh"

start_server stage1 -t 10
client alice -n alice
check "one of ours is there" sees alice "* welcome, alice"
start rei "$TOOLS/listener" "$host" "$port" 玲 "こんにちは, at once"
check "a first word without a hello is heard" sees alice "玲: こんにちは, at once"
check "and its author is told of" sees alice "玲 joined"
check "who is welcomed" sees rei ": welcome, 玲"
types alice "welcome, whoever you are"
check "and hears ours" sees rei "alice: welcome, whoever you are"
types alice "/who"
check "and is listed" sees alice "* here: alice, 玲"
check "before it was silent for too long it is told how to stay" \
    sees rei ": say something within 3 seconds to stay; your name without a text will do"
check "when it was, it is told that" sees rei ": you were silent for 10 seconds and were taken out"
check "and so are the others" sees alice "* 玲 left"
check "ours has stayed: it was never reminded, as it speaks by itself" never_saw alice "to stay"
stop server
check "the end is told to members alone" sees alice "* the server is shutting down"
check "it is" never_saw rei "shutting down"
stop alice

done_testing
