#!/bin/sh
# make chat: the first one starts a server, the second one finds it, the last one ends it. And keys
# at the terminal, there and with make gui: Ctrl-C and Ctrl-Z affect only the user at that keyboard.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/screen.sh"
keep_port

# A free port that the system assigns.
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
stop server

# In a shell with job control, as a user's shell has.
open c 90 "cd '$ROOT' && exec sh"
text c "make chat STAGE=1 NAME=carol PORT=$port"
keys c Enter
check "in a shell: a server is started, and that is told" shows c "chat: started a server on port"
check "carol is in" shows c "* welcome, carol"
open d 90 "'$ROOT/tests/chat.sh' 1 dave $port; exec sh"
check "dave too, who is told that a server is there" shows d "chat: a server is running on port $port already"
check "dave is in" shows d "* welcome, dave"
check "carol is told before she is away" shows c "dave joined"
keys c C-z
check "Ctrl-Z stops what carol has started" shows c "Stopped"
text d "/name David"
keys d Enter
check "but not the server" shows d "* welcome, David"
text c fg
keys c Enter
check "carol comes back" shows c "* dave is now called David"
text d "/quit"
keys d Enter
check "dave goes" shows c "* David left"
text c "/quit"
keys c Enter
check "the last one takes the server along" eventually port_is_free
stop server

# Without a home folder there is no place for the key.
open e 90 "env -u HOME sh '$ROOT/tests/chat.sh' 3 eve $port; echo ended \$?; exec sh"
check "a server that cannot start says why" shows e "stage3 server: there is no home folder"
check "and that ends it" shows e "ended 1"

lib_key
cp "$TMP/key" "$TMP/.chat3_key"
open f 90 "cd '$ROOT' && PS1='ready: ' exec sh -i"
check "a shell" last_row f "ready:"
text f "make gui PORT=$port WINDOW='--no-open -w 0'"
keys f Enter
check "make gui starts a server" shows f "gui: started a server on port"
check "and a window" shows f "stage3 gui: open http"
keys f C-c
check "Ctrl-C ends it" last_row f "ready:"
no_error() { ! contains f '***' >"$TMP/no_error" || { cat "$TMP/no_error"; return 1; }; }
check "and make has no error to tell of" no_error
check "nor is the server left" eventually port_is_free
allow_stderr server # it may have been too early once or twice
close_screens
done_testing
