#!/bin/sh
# The client of stage 2 on a terminal: it asks for what it needs, and ends when the room closes.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/screen.sh"
keep_port

start_server stage2
program="$ROOT/stage2/client -p $port"

open a 70 "$program; echo ended \$?; exec sh"
check "it asks what is wanted" last_row a "create, join or list?"
text a "l"
keys a Enter
check "an empty list" shows a "* there are no rooms"
text a "join"
keys a Enter
check "it asks for the room" last_row a "Room:"
text a "部屋"
keys a Enter
check "and for the name" last_row a "Your name:"
text a "花子"
keys a Enter
check "a room that is not there is explained" shows a "* there is no room of that name"
text a "create"
keys a Enter
check "and all but the name is asked for again" last_row a "Room:"
text a "部屋"
keys a Enter
check "the host is welcomed" shows a "* welcome, 花子"
check "its name stands before the line" last_row a "花子>"

open b 70 "$program -j 部屋 -n 花子; echo ended \$?; exec sh"
check "a name that is taken in the room is explained" shows b "* somebody in the room has that name"
text b "bob"
keys b Enter
check "and another one asked for" shows b "* welcome, bob"
check "the host is told" shows a "bob joined"
text b "こんにちは"
keys b Enter
check "they hear each other" shows a "bob: こんにちは"
text a "/who"
keys a Enter
check "who is here" shows a "* here: bob, 花子 (host)"

text b "half a line, 日本"
text a "hello"
keys a Enter
check "a message comes in between" shows b "花子: hello"
check "and the line is not torn" last_row b "bob> half a line, 日本"
text a "/quit"
keys a Enter
check "the host leaves" shows a "ended 0"
check "the room is closed" shows b "* the room is closed: the host has left"
check "and the client ends without a key being pressed" shows b "ended 0"

open n 32 "$program"
check "a question that has room on a narrow screen is whole" last_row n "create, join or list?"
text n "a long a"
check "as long as the answer leaves it the room" last_row n "create, join or list? a long a"
text n "nswer"
check "then it is cut" eventually row_ends n "create, join " "a long answer"
keys n C-u
check "until the answer is gone" last_row n "create, join or list?"
keys n C-c

close_screens
done_testing
