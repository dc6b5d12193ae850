#!/bin/sh
# make chat: the first user starts a server, the second one finds it, the last one ends it. And keys
# at the terminal, there and with make gui: Ctrl-C and Ctrl-Z affect only the user at that keyboard.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/screen.sh"
keep_port

# A free port that the system assigns.
start_server stage1
stop server

open a 70 "$ROOT/tests/chat.sh 1 alice $port; echo ended \$?; exec sh"
check "alice, the first user, starts a server and is welcomed" shows a "* welcome, alice"
open b 70 "$ROOT/tests/chat.sh 1 '' $port; echo ended \$?; exec sh"
check "bob, the second user, is asked for a name" last_row b "Your name:"
text b "bob"
keys b Enter
check "bob finds the same server" shows b "* welcome, bob"
text b "hello"
keys b Enter
check "alice sees bob's line" shows a "bob: hello"
check "alice sees that bob joined" shows a "bob joined"
text a "/quit"
keys a Enter
check "alice leaves and exits with 0" shows a "ended 0"
check "bob sees that alice left" shows b "* alice left"
text b "still here"
keys b Enter
check "bob can still say a line to the server" shows b "bob: still here"
text b "/name Robert"
keys b Enter
check "the server still answers /name" shows b "* welcome, Robert"
keys b C-c
check "the last user leaves with Ctrl-C and exits with 0" shows b "ended 0"

port_is_free() {
    start server "$ROOT/stage1/server" -p "$port"
    "$TOOLS/await" 1 "$TMP/server.out" 1 "listening on"
}
check "the server ends with the last user and frees its port" eventually port_is_free
stop server

# In a shell with job control, as a user's shell has.
open c 90 "cd '$ROOT' && exec sh"
text c "make chat STAGE=1 NAME=carol PORT=$port"
keys c Enter
check "make chat prints that it started a server" shows c "chat: started a server on port"
check "make chat welcomes carol" shows c "* welcome, carol"
open d 90 "'$ROOT/tests/chat.sh' 1 dave $port; exec sh"
check "chat.sh tells dave that a server runs already" \
    shows d "chat: a server is running on port $port already"
check "the running server welcomes dave" shows d "* welcome, dave"
check "carol sees that dave joined before she is stopped" shows c "dave joined"
keys c C-z
check "Ctrl-Z stops carol's make chat" shows c "Stopped"
text d "/name David"
keys d Enter
check "Ctrl-Z does not stop the server" shows d "* welcome, David"
text c fg
keys c Enter
check "fg brings carol back" shows c "* dave is now called David"
text d "/quit"
keys d Enter
check "carol sees that dave left" shows c "* David left"
text c "/quit"
keys c Enter
check "the server of make chat ends with the last user" eventually port_is_free
stop server

# Without a home folder there is no place for the key.
open e 90 "env -u HOME sh '$ROOT/tests/chat.sh' 3 eve $port; echo ended \$?; exec sh"
check "a server that cannot start prints why" shows e "stage3 server: there is no home folder"
check "chat.sh ends when its server cannot start" shows e "ended 1"

lib_key
cp "$TMP/key" "$TMP/.chat3_key"
open f 90 "cd '$ROOT' && PS1='ready: ' exec sh -i"
check "an interactive shell is ready for make gui" last_row f "ready:"
text f "make gui PORT=$port WINDOW='--no-open -w 0'"
keys f Enter
check "make gui starts a server" shows f "gui: started a server on port"
check "make gui starts a window" shows f "stage3 gui: open http"
keys f C-c
check "Ctrl-C ends make gui" last_row f "ready:"
no_error() { ! contains f '***' >"$TMP/no_error" || { cat "$TMP/no_error"; return 1; }; }
check "make prints no error after Ctrl-C" no_error
check "the server of make gui ends too" eventually port_is_free
allow_stderr server # it may have been too early once or twice
close_screens
done_testing
