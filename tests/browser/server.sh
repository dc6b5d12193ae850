#!/bin/sh
# The window when a program is killed: the server, which is started again, and the window's own.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/browser.sh"
keep_port

start_server stage3
window alice
does alice 'post("/create", {room: "Garden", name: "alice", password: ""})' >/dev/null
check "alice has a room" holds alice "[...rooms.values()][0]?.state === 'open'"
check "which she opens" click alice ".room"
check "she says something" write alice "#text" "before\\n"
check "and it is delivered" holds alice "document.querySelector('.line.own:not(.waiting)')"

PATIENCE=30
stop server KILL
check "the server is killed: the window says so" shows alice "The server does not answer."
check "and where the room is listed, too" shows alice "Reconnecting…"
check "what she writes now waits" write alice "#text" "meanwhile\\n"
check "and is shown so" holds alice "document.querySelector('.line.waiting .mark')?.title === 'On its way'"

start server "$(lib_program stage3 server)" -p "$port" -k "$TMP/key"
check "the server is started anew" sees server "listening on"
check "the room is gone with the server that had it, and the window says so" \
    shows alice "The room is closed: either while the server was out of reach"
check "nothing can be written any more" holds alice "\$('composer').hidden"
check "what was on its way is marked as not delivered" \
    holds alice "document.querySelector('.line.failed .mark')?.title === 'Not delivered'"
check "she makes the room again" click alice "#again"
check "the dialog knows what it was called" holds alice "\$('entry-room').value === 'Garden'"
check "and does so" click alice "#entry-go"
check "it takes the place of the old one" holds alice "rooms.size === 1 && current.state === 'open'"

boot=$(does alice 'return boot' && value)
stop gui_alice KILL
check "the window's own program is killed: the page says so" \
    shows alice "The chat program on this computer does not answer."
at=$(address alice | sed 's/.*127\.0\.0\.1:\([0-9]*\).*/\1/')
start gui_alice "${STAGE3_GUI:-$ROOT/stage3/gui}" -w "$at" --no-open -p "$port"
check "it is started anew" sees gui_alice "key="
check "with its new address" visit alice "$(address alice)"
check "the page is there again" holds alice "boot && boot !== '$boot' && rooms.size === 0"

# --- with a journal ---

start_server stage3 -j "$TMP/journal"
trust_server
window bob
does bob 'post("/create", {room: "Garden", name: "bob", password: "open sesame"})' >/dev/null
check "bob has a room, on a server with a journal" holds bob "rooms.size === 1"
check "which he opens" click bob ".room"
check "he says something" write bob "#text" "before\n"
check "and it is delivered" holds bob "document.querySelector('.line.own:not(.waiting)')"
stop server KILL
check "the server is killed: the window says so" shows bob "The server does not answer."
check "what he writes now waits" write bob "#text" "meanwhile\n"
start server "$(lib_program stage3 server)" -p "$port" -k "$TMP/key" -j "$TMP/journal"
check "the server goes on" sees server "listening on"
check "and so does the room" holds bob "\$('banner').hidden && current.state === 'open'"
check "what waited is delivered" holds bob "document.querySelectorAll('.line.own:not(.waiting)').length === 2"
CHAT_PASSWORD="open sesame" client carol -j Garden -n carol
check "and what was said in it, too" sees carol "bob: meanwhile"
check "bob sees them come" shows bob "carol joined"

close_browsers
done_testing
