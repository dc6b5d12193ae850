#!/bin/sh
# The server is killed, so it cannot tell anybody. A line that is typed then must not look as if it
# were delivered, and a line that may or may not have arrived is marked, in every stage.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/screen.sh"
keep_port

# --- stage 1: lines are shown at once, so a doubt is reported after the line ---
start_server stage1
open a 70 "$(lib_program stage1 client) -n alice -p $port"
check "stage 1: alice comes" shows a "* welcome, alice"
text a "before"
keys a Enter
check "a line is shown as said" shows a "alice: before"
kill -s STOP "$(lib_get pid server)"
text a "in between"
keys a Enter
check "to a server that stands still, too: nothing speaks against it" shows a "alice: in between"
stop server KILL
check "it is marked as soon as something does" shows a "may not have arrived"
text a "after"
keys a Enter
check "a line behind that is not sent" shows a "* not sent: "
check "nor shown as said" shows a "alice: after" 0
keys a Up
check "and can be had back" last_row a "alice> after"
keys a C-u
start_server stage1 -p "$port"
check "the server is there again" shows a "* the server answers again"
stop server KILL
text a "at once"
keys a Enter
check "one that is typed before anybody noticed the end is not sent either" shows a "* not sent: " 2
check "nor shown as said" shows a "alice: at once" 0
keys a C-c

# --- stage 2: the same ---
start_server stage2
open b 70 "$(lib_program stage2 client) -n bob -c r -p $port"
check "stage 2: bob comes" shows b "* welcome, bob"
kill -s STOP "$(lib_get pid server)"
text b "in between"
keys b Enter
check "a line to a server that stands still is shown" shows b "bob: in between"
stop server KILL
check "and marked" shows b "may not have arrived"
text b "after"
keys b Enter
check "a line behind that is not sent" shows b "* not sent: "
check "nor shown as said" shows b "bob: after" 0
keys b C-c

# --- stage 3: a line is shown when it comes back; until then it is counted ---
start_server stage3
trust_server
open c 70 "$(lib_program stage3 client) -n carol -c r -p $port; echo ended \$?; exec sh"
check "stage 3: carol is asked for a password" last_row c "Password (Enter: none):"
keys c Enter
check "and comes" shows c "* welcome, carol"
stop server KILL
text c "after"
keys c Enter
check "a line is counted as on its way" last_row c "carol (1 on the way)>"
check "and not shown as said" shows c "carol: after" 0
check "that nobody answers is told" shows c "* reconnecting ..."
text c "/quit"
keys c Enter
check "who leaves is told what became of it" shows c "* the last line may not have arrived"
check "and is out" shows c "ended 0"

start_server stage3
trust_server
open d 70 "$(lib_program stage3 client) -n dora -c r -p $port; echo ended \$?; exec sh"
check "dora is asked for a password" last_row d "Password (Enter: none):"
keys d Enter
check "and comes" shows d "* welcome, dora"
stop server KILL
text d "lost"
keys d Enter
check "her line is on its way" last_row d "dora (1 on the way)>"
start_server stage3 -p "$port"
PATIENCE=40 # she asks after 20 seconds at most
check "the room is no more" shows d "* the room is closed: "
check "nor is her line, and she is told" shows d "* the last line may not have arrived"
check "it was never shown as said" shows d "dora: lost" 0
check "and it is over" shows d "ended 7"

close_screens
done_testing
