#!/bin/sh
# Invitations by hand: one window copies the line, and a window for another server joins the room with
# it. Also a clipboard that refuses, lines that are not invitations, and the keyboard.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/browser.sh"

start_server stage3
fingerprint=$(sed -n 's/.*key //p' "$TMP/server.out")
trust_server
room="x'; id; '"
CHAT_PASSWORD=sesame client host -c "$room" -n host
check "the host creates a room with a password and an odd name" sees host "* welcome, host"

# enter NAME ROOM PASSWORD: by hand, in the dialog
enter() {
    write "$1" "#entry-room" "$2" && write "$1" "#entry-name" "$1" &&
        write "$1" "#entry-password" "$3\\n"
}
window alice
check "alice's page loads" holds alice "boot"
click alice "#welcome-join" >/dev/null
check "alice enters the room, her name and the password" enter alice "$room" sesame
check "alice is in the room" holds alice "current && !\$('entry').open"
does alice 'window.copied = null; Object.defineProperty(navigator, "clipboard", {configurable: true,
    value: {writeText: text => { copied = text; return Promise.resolve(); }}})' >/dev/null
check "alice clicks the button to invite" click alice "#invite"
check "the invitation is in the clipboard" \
    holds alice "copied?.startsWith('stage3/client -k $fingerprint -j ')"
check "the dialog shows the invitation" holds alice "\$('question-code').textContent === copied"
check "the page says that the password is not in the invitation" \
    shows alice "The password is not in it"
check "the password is not in the invitation" holds alice "!copied.includes('sesame')"
check "the page says that the address works only on this computer" \
    shows alice "leads only to this computer"
does alice 'return copied' >/dev/null
value | sed 's/\\\\/\\/g' >"$TMP/line"
check "Escape closes the dialog" press alice Escape
does alice 'navigator.clipboard.writeText = () => Promise.reject(new Error("no"))' >/dev/null
check "alice invites while the clipboard refuses" click alice "#invite"
check "the invitation is selected, to be copied by hand" \
    holds alice "getSelection().toString().trim() === copied"
check "the page asks the user to copy the invitation" shows alice "Copy this invitation"
check "Enter closes the dialog" press alice Enter
check "alice types /invite" write alice "#text" "/invite\\n"
check "/invite opens the dialog" holds alice "\$('question').open"
press alice Escape >/dev/null

# Another window, of a server that is not there. It knows no key.
line=$(cat "$TMP/line")
home=$port
: >"$TMP/.chat3_known"
port=9
window bob
check "bob's page loads, for another server" \
    holds bob "boot && \$('server').textContent === '127.0.0.1:9'"
click bob "#welcome-join" >/dev/null
paste() { # TEXT: as a browser does it
    does bob "\$('entry-room').value = $(quoted "$1");
        \$('entry-room').dispatchEvent(new InputEvent('input', {inputType: 'insertFromPaste'}))"
}
check "bob pastes a line that is not an invitation" paste "stage3/client -j \$(id) host:1"
check "the page says that the line is not an invitation" shows bob "That is no invitation."
check "the field of the wrong line is marked" \
    holds bob "\$('entry-room').getAttribute('aria-invalid') === 'true'"
check "bob pastes the invitation" paste "$line"
check "the invitation fills in the room" holds bob "\$('entry-room').value === $(quoted "$room")"
check "the page shows the server of the invitation" shows bob "127.0.0.1:$home"
check "the page shows the server's key" shows bob "$fingerprint"
check "the list of the own server's rooms is hidden" holds bob "\$('choices').hidden"
check "the complaint is gone" holds bob "\$('entry-wrong').hidden"
check "the name field has the focus" holds bob "document.activeElement === \$('entry-name')"
check "bob discards the invitation" click bob "#invited button"
check "the own server's list is back after discarding" \
    holds bob "!\$('choices').hidden && \$('entry-room').value === '' && !invited"
check "bob types the invitation and presses Enter" write bob "#entry-room" "$line\\n"
check "a typed invitation fills in the room" \
    holds bob "\$('entry-room').value === $(quoted "$room")"
check "bob enters his name" write bob "#entry-name" "bob"
check "bob enters the password" write bob "#entry-password" "sesame\\n"
check "bob joins without a question about the key" \
    holds bob "current && !\$('entry').open && !\$('question').open"
check "the page shows the server of the room" shows bob "at 127.0.0.1:$home"
check "the host sees that bob joined" sees host "* bob joined"
check "bob writes a line" write bob "#text" "here I am\\n"
check "the host sees bob's line" sees host "bob: here I am"
check "bob clicks the button to invite" click bob "#invite"
check "bob's invitation equals alice's" \
    holds bob "\$('question-code').textContent === $(quoted "$line")"
press bob Escape >/dev/null

# The room closes, and is created again. bob joins it again at that server.
hangup host
check "the page shows the room as closed" \
    holds bob "current.state === 'over' && !\$('closed').hidden"
check "a closed room has no button to invite" holds bob "\$('invite').hidden"
port=$home
trust_server
CHAT_PASSWORD=sesame client mo -c "$room" -n mo
check "mo creates the room again" sees mo "* welcome, mo"
check "bob opens the dialog to join again" click bob "#again"
check "the dialog still has the server of the invitation" \
    holds bob "invited?.server === '127.0.0.1:$home'"
check "bob enters the password again" write bob "#entry-password" "sesame\\n"
check "mo sees that bob joined" sees mo "* bob joined"
check "the new room replaces the closed one" \
    holds bob "rooms.size === 1 && current.state === 'open'"

check "alice's page reports no script errors" no_errors alice
check "bob's page reports no script errors" no_errors bob
close_browsers
hangup mo
done_testing
