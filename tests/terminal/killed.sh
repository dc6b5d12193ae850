#!/bin/sh
# The server is killed, so it cannot tell anybody. A line that is typed then must not look as if it
# were delivered, and a line that may or may not have arrived is marked, in every stage.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/screen.sh"
keep_port

# --- stage 1: lines are shown at once, so a doubt is reported after the line ---
start_server stage1
open a 70 "$(lib_program stage1 client) -n alice -p $port"
check "stage 1: alice is welcomed" shows a "* welcome, alice"
text a "before"
keys a Enter
check "stage 1: a line is shown as sent" shows a "alice: before"
kill -s STOP "$(lib_get pid server)"
text a "in between"
keys a Enter
check "stage 1: a line to a stopped server is shown as sent" shows a "alice: in between"
stop server KILL
check "stage 1: the line is marked when the server is dead" shows a "may not have arrived"
text a "after"
keys a Enter
check "stage 1: a line after that is not sent" shows a "* not sent: "
check "stage 1: a line that is not sent is not shown as sent" shows a "alice: after" 0
keys a Up
check "stage 1: Up brings back the line that was not sent" last_row a "alice> after"
keys a C-u
start_server stage1 -p "$port"
check "stage 1: the client reports a server that answers again" shows a "* the server answers again"
stop server KILL
text a "at once"
keys a Enter
check "stage 1: a line right after the server's death is not sent" shows a "* not sent: " 2
check "stage 1: that line is not shown as sent" shows a "alice: at once" 0
keys a C-c

# --- stage 2: the same ---
start_server stage2
open b 70 "$(lib_program stage2 client) -n bob -c r -p $port"
check "stage 2: bob is welcomed" shows b "* welcome, bob"
kill -s STOP "$(lib_get pid server)"
text b "in between"
keys b Enter
check "stage 2: a line to a stopped server is shown as sent" shows b "bob: in between"
stop server KILL
check "stage 2: the line is marked when the server is dead" shows b "may not have arrived"
text b "after"
keys b Enter
check "stage 2: a line after that is not sent" shows b "* not sent: "
check "stage 2: a line that is not sent is not shown as sent" shows b "bob: after" 0
keys b C-c

# --- stage 3: a line is shown when it comes back; until then it is counted ---
start_server stage3
trust_server
open c 70 "$(lib_program stage3 client) -n carol -c r -p $port; echo ended \$?; exec sh"
check "stage 3: carol is asked for a password" last_row c "Password (Enter: none):"
keys c Enter
check "stage 3: carol is welcomed" shows c "* welcome, carol"
stop server KILL
text c "after"
keys c Enter
check "stage 3: an undelivered line is counted in the prompt" last_row c "carol (1 on the way)>"
check "stage 3: an undelivered line is not shown as sent" shows c "carol: after" 0
check "stage 3: the client reports that it reconnects" shows c "* reconnecting ..."
text c "/quit"
keys c Enter
check "stage 3: a user who leaves is told about the undelivered line" \
    shows c "* the last line may not have arrived"
check "stage 3: /quit ends the client although no server answers" shows c "ended 0"

start_server stage3
trust_server
open d 70 "$(lib_program stage3 client) -n dora -c r -p $port; echo ended \$?; exec sh"
check "stage 3: dora is asked for a password" last_row d "Password (Enter: none):"
keys d Enter
check "stage 3: dora is welcomed" shows d "* welcome, dora"
stop server KILL
text d "lost"
keys d Enter
check "stage 3: dora's line is counted as on its way" last_row d "dora (1 on the way)>"
start_server stage3 -p "$port"
PATIENCE=40 # she asks after 20 seconds at most
check "stage 3: dora is told that the room is closed" shows d "* the room is closed: "
check "stage 3: dora is told that her line may not have arrived" \
    shows d "* the last line may not have arrived"
check "stage 3: dora's lost line was never shown as sent" shows d "dora: lost" 0
check "stage 3: the client of a closed room exits with 7" shows d "ended 7"

close_screens
done_testing
