#!/bin/sh
# The client of stage 3 on a terminal, as a user would use it.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/screen.sh"
keep_port

start_server stage3
program="$(lib_program stage3 client) -p $port"

open a 90 "$program; echo ended \$?; exec sh"
check "the client asks what is wanted" last_row a "create, join or list?"
text a "c"
keys a Enter
check "then for the room" last_row a "Room:"
text a "cave"
keys a Enter
check "then for a password" last_row a "Password (Enter: none):"
text a "open sesame"
check "which is not shown" last_row a "Password (Enter: none):"
keys a Enter
check "then for a name" last_row a "Your name:"
text a "alice"
keys a Enter
check "the key of the server is shown the first time" shows a "first time at"
check "and asked about, before anything is sent" last_row a "Is that its key (yes or no)?"
refute "it is not noted before an answer" grep 127 "$TMP/.chat3_known"
text a "y"
keys a Enter
check "a short answer is none" shows a "* type yes or no"
text a "yes"
keys a Enter
check "with a yes alice enters" shows a "* welcome, alice"
check "and the key is noted" grep -q "^127.0.0.1:$port " "$TMP/.chat3_known"
check "the name stands before the line" last_row a "alice>"
check "the password is nowhere" shows a "sesame" 0
keys a Up
check "not in the history either" last_row a "alice>"

open b 90 "$program -n bob -j cave; echo ended \$?; exec sh"
check "one who joins is asked for the password" last_row b "Password (Enter: none):"
text b "open barley"
keys b Enter
check "a wrong one is refused" shows b "* wrong password for that room"
check "and asked for again" last_row b "Password (Enter: none):"
text b "open sesame"
keys b Enter
check "the right one lets in" shows b "* welcome, bob"
check "the other one hears of it" shows a "bob joined"
text b "half a line"
check "typed text is shown again" last_row b "bob> half a line"
text a "hello"
keys a Enter
check "what is said is shown to the other one" shows b "alice: hello"
check "without tearing what is being typed" last_row b "bob> half a line"
check "and to the one who said it, once it is delivered" shows a "alice: hello"
check "whose line is empty again" last_row a "alice>"
keys b C-u
text b "/who"
keys b Enter
check "/who" shows b "* here: alice (host), bob"

# A server that does not answer.
lib_pid=$(lib_get pid server)
kill -s STOP "$lib_pid"
text b "are you there?"
keys b Enter
check "a line on its way is counted in the prompt" last_row b "bob (1 on the way)>"
check "and not shown as said" shows b "bob: are you there?" 0
check "after a while the user is told" shows b "* reconnecting ..."
kill -s CONT "$lib_pid"
check "when the server is back, too" shows b "* connected again"
check "and the line is delivered" shows b "bob: are you there?"
check "and counted no more" last_row b "bob>"
check "the other one has it once" shows a "bob: are you there?"

text a "/quit"
keys a Enter
check "the host leaves with 0" shows a "ended 0"
check "the room is closed" shows b "* the room is closed: the host has left"
check "which ends the other one at once" shows b "ended 7"

# Users who refuse the key, with a word or another fingerprint; and one who pastes the right one.
mv "$TMP/.chat3_known" "$TMP/known"
fingerprint=$(sed -n '/: key /{s/.*: key //p;q;}' "$TMP/server.out")
asked() { # NAME: starts a client of that user, up to the question
    open "$1" 90 "$program -n $1 -c attic-of-$1; echo ended \$?; exec sh"
    last_row "$1" "Password (Enter: none):" && text "$1" "geheim" && keys "$1" Enter &&
        last_row "$1" "Is that its key (yes or no)?"
}
check "somebody else is asked" asked e
text e "no"
keys e Enter
check "says no, and it is over" shows e "ended 4"
check "the next one is asked" asked f
text f "$(printf '%064d' 7)"
keys f Enter
check "gives another fingerprint" shows f "ended 4"
refute "of all that nothing is noted" grep 127 "$TMP/.chat3_known"
check "a third one" asked g
text g "$fingerprint"
keys g Enter
check "pastes the right one" shows g "* welcome, g"
mv "$TMP/known" "$TMP/.chat3_known"

# A user who lists the rooms first has not confirmed the server's key yet when the password is
# asked.
open h 90 "CHAT_KNOWN=$TMP/h.known $program; echo ended \$?; exec sh"
check "a newcomer" last_row h "create, join or list?"
text h "list"
keys h Enter
check "lists the rooms" shows h "attic-of-g: 1 member (locked)"
check "and is asked again what is wanted" last_row h "create, join or list?"
text h "create"
keys h Enter
last_row h "Room:" && text h "shed" && keys h Enter
last_row h "Password (Enter: none):" && text h "geheim" && keys h Enter
last_row h "Your name:" && text h "hedwig" && keys h Enter
check "and is asked about the key all the same" last_row h "Is that its key (yes or no)?"
refute "which is not noted" grep 127 "$TMP/h.known"

# A dumb terminal, which echoes typed text by itself.
open d 70 "TERM=dumb $program -n dora -c attic"
check "a dumb terminal is asked, too" last_row d "Password (Enter: none):"
text d "geheim"
keys d Enter
check "and let in" shows d "* welcome, dora"
check "without the password being shown" shows d "geheim" 0
text d "x1y2"
check "but what is typed after it" shows d "x1y2"
keys d C-c

close_screens
done_testing
