#!/bin/sh
# Rooms with a password: only a client that has it can join and read.
. "$(dirname "$0")/../lib/lib.sh"
STAGE=stage3
start_server stage3
trust_server
ours=$(lib_program stage3 client)

CHAT_PASSWORD="correct horse"
export CHAT_PASSWORD
client alice -n alice -c vault
check "alice creates a room with a password" sees alice "* welcome, alice"
client bob -n bob -j vault
check "bob joins with the same password" sees bob "* welcome, bob"
types alice "wie geht's? 元気?"
check "bob sees alice's line" sees bob "alice: wie geht's? 元気?"
"$ours" -l -p "$port" >"$TMP/list"
check "the list shows that the room is locked" grep -q "^vault: 2 members (locked)" "$TMP/list"

refused() { # WHAT PASSWORD STATUS TEXT
    CHAT_PASSWORD=$2
    start eve "$ours" -p "$port" -n eve -j "${5:-vault}"
    CHAT_PASSWORD="correct horse"
    allow_stderr eve
    check "$1 is refused" exits eve "$3"
    check "$1: the client prints why" complains eve "$4"
    : >"$TMP/eve.err"
}
refused "another password" "wrong horse" 3 "wrong password"
refused "no password" "" 3 "wrong password"
for try in two three four five; do
    refused "another password, number $try" "wrong $try" 3 "wrong password"
done
refused "a sixth password in a minute" "wrong six" 3 "too many wrong passwords"
refused "the right password after five wrong ones" "correct horse" 3 "too many wrong passwords"
types bob "still here"
check "the wrong passwords do not disturb the members" sees alice "bob: still here"

CHAT_PASSWORD=
client carol -n carol -c porch
check "carol creates a room without a password" sees carol "* welcome, carol"
refused "a password for a room that has none" "something" 3 "wrong password" porch
done_testing
