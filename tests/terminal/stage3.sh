#!/bin/sh
# The client of stage 3 on a terminal, as a user would use it.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/screen.sh"
keep_port

start_server stage3
program="$(lib_program stage3 client) -p $port"

open a 90 "$program; echo ended \$?; exec sh"
check "the client asks what the user wants" last_row a "create, join or list?"
text a "c"
keys a Enter
check "the client asks for the room" last_row a "Room:"
text a "cave"
keys a Enter
check "the client asks for a password" last_row a "Password (Enter: none):"
text a "open sesame"
check "a typed password is not shown" last_row a "Password (Enter: none):"
keys a Enter
check "the client asks for a name" last_row a "Your name:"
text a "alice"
keys a Enter
check "the key of a new server is shown" shows a "first time at"
check "the client asks for consent before it sends anything" \
    last_row a "Is that its key (yes or no)?"
refute "the key is not stored before the answer" grep 127 "$TMP/.chat3_known"
text a "y"
keys a Enter
check "an answer of y is not taken for yes" shows a "* type yes or no"
text a "yes"
keys a Enter
check "alice is welcomed after she answers yes" shows a "* welcome, alice"
check "the key is stored after the answer yes" grep -q "^127.0.0.1:$port " "$TMP/.chat3_known"
check "the prompt has the name" last_row a "alice>"
check "the password is not on the screen" shows a "sesame" 0
keys a Up
check "the password is not in the history" last_row a "alice>"

open b 90 "$program -n bob -j cave; echo ended \$?; exec sh"
check "bob, who joins, is asked for the password" last_row b "Password (Enter: none):"
text b "open barley"
keys b Enter
check "a wrong password is refused" shows b "* wrong password for that room"
check "the client asks again after a wrong password" last_row b "Password (Enter: none):"
text b "open sesame"
keys b Enter
check "the right password lets bob in" shows b "* welcome, bob"
check "alice sees that bob joined" shows a "bob joined"
text b "half a line"
check "typed text is shown again after the password" last_row b "bob> half a line"
text a "hello"
keys a Enter
check "bob sees alice's line" shows b "alice: hello"
check "an incoming line does not tear the typed one" last_row b "bob> half a line"
check "alice sees her line when it is delivered" shows a "alice: hello"
check "alice's prompt is empty after Enter" last_row a "alice>"
keys b C-u
text b "/who"
keys b Enter
check "/who lists the members" shows b "* here: alice (host), bob"

# A server that does not answer.
lib_pid=$(lib_get pid server)
kill -s STOP "$lib_pid"
text b "are you there?"
keys b Enter
check "an undelivered line is counted in the prompt" last_row b "bob (1 on the way)>"
check "an undelivered line is not shown as sent" shows b "bob: are you there?" 0
check "the client reports that it reconnects" shows b "* reconnecting ..."
kill -s CONT "$lib_pid"
check "the client reports that it is connected again" shows b "* connected again"
check "the line is shown when it is delivered" shows b "bob: are you there?"
check "a delivered line is not counted in the prompt" last_row b "bob>"
check "alice sees bob's line once" shows a "bob: are you there?"

text a "/quit"
keys a Enter
check "the host leaves and exits with 0" shows a "ended 0"
check "bob sees that the room is closed" shows b "* the room is closed: the host has left"
check "bob's client ends with the room" shows b "ended 7"

# Three users are asked about the key: one answers no, one pastes another fingerprint, and one
# pastes the right one.
mv "$TMP/.chat3_known" "$TMP/known"
fingerprint=$(sed -n '/: key /{s/.*: key //p;q;}' "$TMP/server.out")
asked() { # NAME: starts a client of that user, up to the question
    open "$1" 90 "$program -n $1 -c attic-of-$1; echo ended \$?; exec sh"
    last_row "$1" "Password (Enter: none):" && text "$1" "geheim" && keys "$1" Enter &&
        last_row "$1" "Is that its key (yes or no)?"
}
check "the first user is asked about the key" asked e
text e "no"
keys e Enter
check "an answer of no ends the client" shows e "ended 4"
check "the second user is asked about the key" asked f
text f "$(printf '%064d' 7)"
keys f Enter
check "another fingerprint ends the client" shows f "ended 4"
refute "a refused key is not stored" grep 127 "$TMP/.chat3_known"
check "the third user is asked about the key" asked g
text g "$fingerprint"
keys g Enter
check "the right fingerprint lets the user in" shows g "* welcome, g"
mv "$TMP/known" "$TMP/.chat3_known"

# A user who lists the rooms first has not confirmed the server's key yet when the password is
# asked.
open h 90 "CHAT_KNOWN=$TMP/h.known $program; echo ended \$?; exec sh"
check "the client asks hedwig what she wants" last_row h "create, join or list?"
text h "list"
keys h Enter
check "hedwig lists the rooms" shows h "attic-of-g: 1 member (locked)"
check "the client asks again after the list" last_row h "create, join or list?"
text h "create"
keys h Enter
last_row h "Room:" && text h "shed" && keys h Enter
last_row h "Password (Enter: none):" && text h "geheim" && keys h Enter
last_row h "Your name:" && text h "hedwig" && keys h Enter
check "hedwig is asked about the key after the list" last_row h "Is that its key (yes or no)?"
refute "hedwig's key is not stored before she answers" grep 127 "$TMP/h.known"

# A dumb terminal, which echoes typed text by itself.
open d 70 "TERM=dumb $program -n dora -c attic"
check "a user at a dumb terminal is asked for a password" last_row d "Password (Enter: none):"
text d "geheim"
keys d Enter
check "a user at a dumb terminal is welcomed" shows d "* welcome, dora"
check "the password is not shown at a dumb terminal" shows d "geheim" 0
text d "x1y2"
check "text typed after the password is shown at a dumb terminal" shows d "x1y2"
keys d C-c

close_screens
done_testing
