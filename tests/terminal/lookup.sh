#!/bin/sh
# While the client of stage 3 reconnects, and no name server answers, typed text is shown at once.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/screen.sh"
. "$(dirname "$0")/../lib/hosts.sh"

start_server stage3
hosts home.test 127.0.0.1
program="$(lib_program stage3 client) -p $port -n alice -c cave home.test"
open a 90 "$with_hosts $program; echo ended \$?; exec sh"
check "the client asks for a password" last_row a "Password (Enter: none):"
keys a Enter
check "alice is welcomed" shows a "* welcome, alice"
forget home.test
stop server KILL
PATIENCE=30
check "the client reports that it reconnects" shows a "* reconnecting"
PATIENCE=10
text a "typed meanwhile"
check "typed text is shown while no name server answers" last_row a "alice> typed meanwhile"
keys a C-u
text a "/quit"
keys a Enter
check "/quit works while no name server answers" shows a "ended 0"
close_screens
done_testing
