#!/bin/sh
# make chat: the first one starts a server, the second one finds it, the last one ends it.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../screen.sh"

# A free port, as the system gives one.
start_server stage1
stop server

open a 70 "$ROOT/tests/chat.sh 1 alice $port; echo ended \$?; exec sh"
check "the first one is welcomed: it has started a server" shows a "* welcome, alice"
open b 70 "$ROOT/tests/chat.sh 1 '' $port; echo ended \$?; exec sh"
check "the second one is asked for a name" last_row b "Your name:"
text b "bob"
keys b Enter
check "and finds the same server" shows b "* welcome, bob"
text b "hello"
keys b Enter
check "they hear each other" shows a "bob: hello"
check "and of each other" shows a "bob joined"
text a "/quit"
keys a Enter
check "the first one leaves" shows a "ended 0"
check "the second one stays" shows b "* alice left"
text b "still here"
keys b Enter
check "and so does the server" shows b "bob: still here"
text b "/name Robert"
keys b Enter
check "which still answers" shows b "* welcome, Robert"
keys b C-c
check "the last one leaves" shows b "ended 0"

port_is_free() {
    start server "$ROOT/stage1/server" -p "$port"
    "$TOOLS/await" 1 "$TMP/server.out" 1 "listening on"
}
check "and takes the server along: its port is free again" eventually port_is_free
allow_stderr server # it may have been too early once or twice
close_screens
done_testing
