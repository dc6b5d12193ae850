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

tries() { # CLIENT PASSWORD ROOM
    CHAT_PASSWORD=$2
    start "$1" "$ours" -p "$port" -n eve -j "$3"
    CHAT_PASSWORD="correct horse"
    allow_stderr "$1"
}
is_refused() { # CLIENT WHAT STATUS TEXT
    check "$2 is refused" exits "$1" "$3"
    check "$2: the client prints why" complains "$1" "$4"
    : >"$TMP/$1.err"
}
refused() { # WHAT PASSWORD STATUS TEXT
    tries eve "$2" "${5:-vault}"
    is_refused eve "$1" "$3" "$4"
}
refused "another password" "wrong horse" 3 "wrong password"
refused "no password" "" 3 "wrong password"
# At the same time, so that all fall into one minute on a slow machine, too.
for try in three four five; do tries "eve_$try" "wrong $try" vault; done
refused "another password, number two" "wrong two" 3 "wrong password"
for try in three four five; do
    is_refused "eve_$try" "another password, number $try" 3 "wrong password"
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
