#!/bin/sh
# The window when a program is killed: the server, which is started again, and the window's own.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/browser.sh"
keep_port

start_server stage3
window alice
does alice 'post("/create", {room: "Garden", name: "alice", password: ""})' >/dev/null
check "alice has a room" holds alice "[...rooms.values()][0]?.state === 'open'"
check "alice opens the room" click alice ".room"
check "alice writes a line" write alice "#text" "before\\n"
check "alice's line is delivered" holds alice "document.querySelector('.line.own:not(.waiting)')"

PATIENCE=30
stop server KILL
check "the page says that the killed server does not answer" \
    shows alice "The server does not answer."
check "the list of rooms says that the client reconnects" shows alice "Reconnecting…"
check "alice writes a line while the server is gone" write alice "#text" "meanwhile\\n"
check "the line is shown as on its way" \
    holds alice "document.querySelector('.line.waiting .mark')?.title === 'On its way'"

start server "$(lib_program stage3 server)" -p "$port" -k "$TMP/key"
check "the server starts again" sees server "listening on"
check "the page says that the room is closed, and why" \
    shows alice "The room is closed: either while the server was out of reach"
check "the text field of the closed room is hidden" holds alice "\$('composer').hidden"
check "the line that was on its way is marked as not delivered" \
    holds alice "document.querySelector('.line.failed .mark')?.title === 'Not delivered'"
check "alice opens the dialog to create the room again" click alice "#again"
check "the dialog has the name of the room" holds alice "\$('entry-room').value === 'Garden'"
check "alice creates the room again" click alice "#entry-go"
check "the new room replaces the closed one" \
    holds alice "rooms.size === 1 && current.state === 'open'"

boot=$(does alice 'return boot' && value)
stop gui_alice KILL
check "the page says that the killed program does not answer" \
    shows alice "The chat program on this computer does not answer."
at=$(address alice | sed 's/.*127\.0\.0\.1:\([0-9]*\).*/\1/')
start gui_alice "${STAGE3_GUI:-$ROOT/stage3/gui}" -w "$at" --no-open -p "$port"
check "the window's program starts again" sees gui_alice "key="
check "alice opens its new address" visit alice "$(address alice)"
check "the page loads from the new program" \
    holds alice "boot && boot !== '$boot' && rooms.size === 0"

# --- with a journal ---

start_server stage3 -j "$TMP/journal"
trust_server
window bob
does bob 'post("/create", {room: "Garden", name: "bob", password: "open sesame"})' >/dev/null
check "bob has a room, on a server with a journal" holds bob "rooms.size === 1"
check "bob opens the room" click bob ".room"
check "bob writes a line" write bob "#text" "before\n"
check "bob's line is delivered" holds bob "document.querySelector('.line.own:not(.waiting)')"
stop server KILL
check "the page says that the server with a journal does not answer" \
    shows bob "The server does not answer."
check "bob writes a line while the server is gone" write bob "#text" "meanwhile\n"
start server "$(lib_program stage3 server)" -p "$port" -k "$TMP/key" -j "$TMP/journal"
check "the server starts again from its journal" sees server "listening on"
check "the room is open again after the restart" \
    holds bob "\$('banner').hidden && current.state === 'open'"
check "the line from before the restart is delivered" \
    holds bob "document.querySelectorAll('.line.own:not(.waiting)').length === 2"
CHAT_PASSWORD="open sesame" client carol -j Garden -n carol
check "carol, who joins later, sees that line" sees carol "bob: meanwhile"
check "bob sees that carol joined" shows bob "carol joined"

close_browsers
done_testing
