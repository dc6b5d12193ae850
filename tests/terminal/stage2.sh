#!/bin/sh
# The client of stage 2 on a terminal: it asks for what it needs, and ends when the room closes.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/screen.sh"
keep_port

start_server stage2
program="$ROOT/stage2/client -p $port"

open a 70 "$program; echo ended \$?; exec sh"
check "the client asks what the user wants" last_row a "create, join or list?"
text a "l"
keys a Enter
check "list reports that there are no rooms" shows a "* there are no rooms"
text a "join"
keys a Enter
check "the client asks for the room" last_row a "Room:"
text a "部屋"
keys a Enter
check "the client asks for the name" last_row a "Your name:"
text a "花子"
keys a Enter
check "a room that does not exist is explained" shows a "* there is no room of that name"
text a "create"
keys a Enter
check "the client asks for the room again, but not for the name" last_row a "Room:"
text a "部屋"
keys a Enter
check "the host is welcomed" shows a "* welcome, 花子"
check "the prompt has the host's name" last_row a "花子>"

open b 70 "$program -j 部屋 -n 花子; echo ended \$?; exec sh"
check "a name that is taken in the room is explained" shows b "* somebody in the room has that name"
text b "bob"
keys b Enter
check "the client accepts another name" shows b "* welcome, bob"
check "the host sees that bob joined" shows a "bob joined"
text b "こんにちは"
keys b Enter
check "the host sees bob's line" shows a "bob: こんにちは"
text a "/who"
keys a Enter
check "/who lists the members" shows a "* here: bob, 花子 (host)"

text b "half a line, 日本"
text a "hello"
keys a Enter
check "bob sees a line while he types" shows b "花子: hello"
check "an incoming line does not tear the typed one" last_row b "bob> half a line, 日本"
text a "/quit"
keys a Enter
check "the host leaves and exits with 0" shows a "ended 0"
check "bob sees that the room is closed" shows b "* the room is closed: the host has left"
check "bob's client ends without a key press" shows b "ended 0"

open n 32 "$program"
check "a question that fits on a narrow screen is whole" last_row n "create, join or list?"
text n "a long a"
check "the question stays whole while the answer fits" last_row n "create, join or list? a long a"
text n "nswer"
check "the question is cut when the answer needs the space" \
    eventually row_ends n "create, join " "a long answer"
keys n C-u
check "the question is whole again without the answer" last_row n "create, join or list?"
keys n C-c

close_screens
done_testing
