#!/bin/sh
# Rooms, hosts, kicks and lists, as in stage 2, over the sealed protocol.
. "$(dirname "$0")/../lib/lib.sh"
STAGE=stage3
start_server stage3

client alice -n alice -c lounge
check "the creator of a room is welcomed" sees alice "* welcome, alice"
client bob -j lounge
types bob "bob"
check "without -n the first line is the name" sees bob "* welcome, bob"
check "alice sees that bob joined" sees alice "* bob joined"
types alice "hello, bob" "a second line"
types bob "hello, alice"
check "bob sees alice's second line" sees bob "alice: a second line"
check "alice sees bob's line" sees alice "bob: hello, alice"
check "alice does not see her own line" never_saw alice "hello, bob"

types bob "//shrug" "  two blanks before" ""
check "a line that begins with // is sent with one slash" sees alice "bob: /shrug"
check "spaces at the start of a line are kept" sees alice "bob:   two blanks before"
types bob "/help"
check "/help lists the commands" sees bob "/kick NAME kicks a member"
types bob "/nonsense" "after"
check "an unknown command is explained" sees bob "* there is no such command; /help lists them"
check "a line after an unknown command arrives" sees alice "bob: after"
check "the unknown command is not sent" never_saw alice "nonsense"
types bob "/kick alice"
check "a guest cannot kick" sees bob "* only the host can do that"
types alice "/kick carol" "/kick alice" "/who"
check "a kick of an unknown name is explained" sees alice "* nobody here is called carol"
check "/who lists both members" sees alice "* here: alice (host), bob"

client other -n alice -c kitchen
check "the same name is free in another room" sees other "* welcome, alice"
list() { "$(lib_program stage3 client)" -l -p "$port" >"$TMP/list"; }
check "the rooms can be listed" list
lists() { printf 'kitchen: 1 member\nlounge: 2 members\n' | diff - "$TMP/sorted"; }
sort "$TMP/list" >"$TMP/sorted"
check "the list has both rooms, with their members" lists

start second "$(lib_program stage3 client)" -p "$port" -n bob -j lounge
allow_stderr second
check "a name that is taken is refused" exits second 1
check "the client prints that the name is taken" \
    complains second "somebody in the room has that name"
start third "$(lib_program stage3 client)" -p "$port" -n eve -c lounge
allow_stderr third
check "a room that exists is not created again" exits third 1
check "the client prints that the room exists" \
    complains third "there is a room of that name already"
start fourth "$(lib_program stage3 client)" -p "$port" -n eve -j cellar
allow_stderr fourth
check "a room that does not exist cannot be joined" exits fourth 1
check "the client prints that the room does not exist" \
    complains fourth "there is no room of that name"

types alice "/kick bob"
check "a kicked client exits with 6" exits bob 6
check "the kicked member is told so" sees bob "* you were kicked by the host"
check "the host is told about the kick" sees alice "* bob was kicked by the host"
client bob -n bob -j lounge
check "the name of a kicked member can join again" sees bob "* welcome, bob"
check "the member that joined again sees the earlier lines" sees bob "alice: a second line"

client carol -n carol -j lounge
check "alice sees that carol joined" sees alice "carol joined"
types carol "the last words"
hangup carol
check "the client exits with 0 at the end of its input" exits carol 0
check "the last line before the end of input arrives" sees bob "carol: the last words"
check "alice sees that carol left" sees alice "* carol left"

types alice "/leave"
check "the host leaves and exits with 0" exits alice 0
check "bob's client exits with 7" exits bob 7
check "bob is told that the room is closed" sees bob "* the room is closed: the host has left"
client bob -n bob -c lounge
check "the room's name is free again" sees bob "* welcome, bob"
done_testing
