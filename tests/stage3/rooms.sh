#!/bin/sh
# Rooms, hosts, kicks and lists, as in stage 2, over the sealed protocol.
. "$(dirname "$0")/../lib/lib.sh"
STAGE=stage3
start_server stage3

client alice -n alice -c lounge
check "the one who creates is welcomed" sees alice "* welcome, alice"
client bob -j lounge
types bob "bob"
check "without -n the first line is the name" sees bob "* welcome, bob"
check "who comes is told of" sees alice "* bob joined"
types alice "hello, bob" "a second line"
types bob "hello, alice"
check "a line goes to the other one" sees bob "alice: a second line"
check "and back" sees alice "bob: hello, alice"
check "one's own lines are not printed" never_saw alice "hello, bob"

types bob "//shrug" "  two blanks before" ""
check "// says a line that begins with /" sees alice "bob: /shrug"
check "blanks stay" sees alice "bob:   two blanks before"
types bob "/help"
check "/help is answered" sees bob "/kick NAME kicks a member"
types bob "/nonsense" "after"
check "so is an unknown command" sees bob "* there is no such command; /help lists them"
check "which is not said to anybody" sees alice "bob: after"
check "it is not" never_saw alice "nonsense"
types bob "/kick alice"
check "what the host alone can do" sees bob "* only the host can do that"
types alice "/kick carol" "/kick alice" "/who"
check "nobody is called so" sees alice "* nobody here is called carol"
check "/who names both" sees alice "* here: alice (host), bob"

client other -n alice -c kitchen
check "the same name in another room" sees other "* welcome, alice"
list() { "$(lib_program stage3 client)" -l -p "$port" >"$TMP/list"; }
check "the rooms can be listed" list
lists() { printf 'kitchen: 1 member\nlounge: 2 members\n' | diff - "$TMP/sorted"; }
sort "$TMP/list" >"$TMP/sorted"
check "with how many are there" lists

start second "$(lib_program stage3 client)" -p "$port" -n bob -j lounge
allow_stderr second
check "a name that is taken" exits second 1
check "is told" complains second "somebody in the room has that name"
start third "$(lib_program stage3 client)" -p "$port" -n eve -c lounge
allow_stderr third
check "a room that is there already" exits third 1
check "is told, too" complains third "there is a room of that name already"
start fourth "$(lib_program stage3 client)" -p "$port" -n eve -j cellar
allow_stderr fourth
check "a room that is not there" exits fourth 1
check "the same" complains fourth "there is no room of that name"

types alice "/kick bob"
check "who is kicked ends with 6" exits bob 6
check "and is told why" sees bob "* you were kicked by the host"
check "the host is told, too" sees alice "* bob was kicked by the host"
client bob -n bob -j lounge
check "a kick is no ban: another process may come" sees bob "* welcome, bob"
check "and reads what was said" sees bob "alice: a second line"

client carol -n carol -j lounge
check "carol comes" sees alice "carol joined"
types carol "the last words"
hangup carol
check "at the end of its input a client ends with 0" exits carol 0
check "when its lines have arrived" sees bob "carol: the last words"
check "and it is told that it left" sees alice "* carol left"

types alice "/leave"
check "the host leaves" exits alice 0
check "and the others end with 7" exits bob 7
check "and say why" sees bob "* the room is closed: the host has left"
client bob -n bob -c lounge
check "the room's name is free again" sees bob "* welcome, bob"
done_testing
