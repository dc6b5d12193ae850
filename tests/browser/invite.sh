#!/bin/sh
# Invitations by hand: one window copies the line, and another window, of another server, is led by
# it into the room. A clipboard that is refused, lines that are none, and the keyboard.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/browser.sh"

start_server stage3
fingerprint=$(sed -n 's/.*key //p' "$TMP/server.out")
trust_server
room="x'; id; '"
CHAT_PASSWORD=sesame client host -c "$room" -n host
check "a room with a bad name, and a password" sees host "* welcome, host"

# enter NAME ROOM PASSWORD: by hand, in the dialog
enter() {
    write "$1" "#entry-room" "$2" && write "$1" "#entry-name" "$1" &&
        write "$1" "#entry-password" "$3\\n"
}
window alice
check "the page has come" holds alice "boot"
click alice "#welcome-join" >/dev/null
check "alice joins" enter alice "$room" sesame
check "and is in" holds alice "current && !\$('entry').open"
does alice 'window.copied = null; Object.defineProperty(navigator, "clipboard", {configurable: true,
    value: {writeText: text => { copied = text; return Promise.resolve(); }}})' >/dev/null
check "she presses the button" click alice "#invite"
check "the line is in the clipboard" holds alice "copied?.startsWith('stage3/client -k $fingerprint -j ')"
check "and shown" holds alice "\$('question-code').textContent === copied"
check "the page says that the password is not in it" shows alice "The password is not in it"
check "which is true" holds alice "!copied.includes('sesame')"
check "and that the line is for this computer only" shows alice "leads only to this computer"
does alice 'return copied' >/dev/null
value | sed 's/\\\\/\\/g' >"$TMP/line"
check "Escape closes it" press alice Escape
does alice 'navigator.clipboard.writeText = () => Promise.reject(new Error("no"))' >/dev/null
check "where the page may not copy" click alice "#invite"
check "the line is selected, to be copied by hand" holds alice "getSelection().toString().trim() === copied"
check "and the page says so" shows alice "Copy this invitation"
check "Enter closes it" press alice Enter
check "the command does the same" write alice "#text" "/invite\\n"
check "as the button" holds alice "\$('question').open"
press alice Escape >/dev/null

# Another window, of a server that is not there. It knows no key.
line=$(cat "$TMP/line")
home=$port
: >"$TMP/.chat3_known"
port=9
window bob
check "the other page has come" holds bob "boot && \$('server').textContent === '127.0.0.1:9'"
click bob "#welcome-join" >/dev/null
paste() { # TEXT: as a browser does it
    does bob "\$('entry-room').value = $(quoted "$1");
        \$('entry-room').dispatchEvent(new InputEvent('input', {inputType: 'insertFromPaste'}))"
}
check "bob pastes a line that is none" paste "stage3/client -j \$(id) host:1"
check "and is told so" shows bob "That is no invitation."
check "the field is marked" holds bob "\$('entry-room').getAttribute('aria-invalid') === 'true'"
check "he pastes the invitation" paste "$line"
check "the room is filled in" holds bob "\$('entry-room').value === $(quoted "$room")"
check "the server is shown" shows bob "127.0.0.1:$home"
check "and its key" shows bob "$fingerprint"
check "the list of the other server's rooms is not" holds bob "\$('choices').hidden"
check "the complaint is gone" holds bob "\$('entry-wrong').hidden"
check "the name comes next" holds bob "document.activeElement === \$('entry-name')"
check "he can change his mind" click bob "#invited button"
check "then it is the usual server again" holds bob "!\$('choices').hidden && \$('entry-room').value === '' && !invited"
check "he types it, and Enter" write bob "#entry-room" "$line\\n"
check "which is read" holds bob "\$('entry-room').value === $(quoted "$room")"
check "he joins" write bob "#entry-name" "bob"
check "with the password" write bob "#entry-password" "sesame\\n"
check "and is in, without a question" holds bob "current && !\$('entry').open && !\$('question').open"
check "the page says where the room is" shows bob "at 127.0.0.1:$home"
check "and he is seen" sees host "* bob joined"
check "he writes" write bob "#text" "here I am\\n"
check "and is read" sees host "bob: here I am"
check "he invites in turn" click bob "#invite"
check "with the same line" holds bob "\$('question-code').textContent === $(quoted "$line")"
press bob Escape >/dev/null

# The room closes, and opens again: he enters again at that server.
hangup host
check "the room closes" holds bob "current.state === 'over' && !\$('closed').hidden"
check "to a closed room nobody is invited" holds bob "\$('invite').hidden"
port=$home
trust_server
CHAT_PASSWORD=sesame client mo -c "$room" -n mo
check "there is another one" sees mo "* welcome, mo"
check "he enters again" click bob "#again"
check "at that server" holds bob "invited?.server === '127.0.0.1:$home'"
check "with the password" write bob "#entry-password" "sesame\\n"
check "and is seen there" sees mo "* bob joined"
check "in one room" holds bob "rooms.size === 1 && current.state === 'open'"

check "no page had an error in its script" no_errors alice
check "nor the other" no_errors bob
close_browsers
hangup mo
done_testing
