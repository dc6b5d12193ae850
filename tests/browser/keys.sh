#!/bin/sh
# Everything with the keyboard alone: no clicks, and the test sets no focus.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/browser.sh"

start_server stage3
client alice -c Garden -n alice
check "alice has a room, in a terminal" sees alice "* welcome, alice"
window bob
check "bob's page loads" holds bob "boot"

# reaches SELECTOR: Tab reaches the element in at most forty steps
reaches() {
    for step in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 \
        31 32 33 34 35 36 37 38 39 40; do
        does bob "return Boolean(document.activeElement?.matches($(quoted "$1")))" >/dev/null
        [ "$(value)" = false ] || return 0
        press bob Tab || return 1
    done
    echo "not reached in $step steps: $1"
    return 1
}
focused() { holds bob "document.activeElement.matches($(quoted "$1"))"; }
outlined() { # the focused element is visibly marked
    holds bob "(style => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2)
        (getComputedStyle(document.activeElement))"
}

check "Tab reaches the button to join" reaches "#welcome-join"
check "the button to join shows that it has the focus" outlined
check "Enter opens the dialog to join" press bob Enter
check "the room field has the focus" focused "#entry-room"
check "the dialog lists the room" holds bob "document.querySelector('.choice')"
check "Tab reaches the room in the list" reaches ".choice"
check "the room in the list shows that it has the focus" outlined
check "Space chooses the room" press bob Space
check "the name field has the focus" focused "#entry-name"
check "bob types his name" press bob b o b
check "Enter joins the room" press bob Enter
check "the text field has the focus in Garden" focused "#text"
check "bob types a line and presses Enter" press bob h i Enter
check "alice sees bob's line" sees alice "bob: hi"

check "Tab reaches the button for a new room" reaches "#enter"
check "Enter opens the dialog again" press bob Enter
check "Tab reaches the tabs join and create" reaches "#tab-join"
check "an arrow key moves to the other tab" press bob Right
check "the tab to create is chosen" \
    holds bob "mode === 'create' && document.activeElement.id === 'tab-create'"
check "Tab reaches the room field" reaches "#entry-room"
check "bob types a name and presses Enter" press bob P o r c h Enter
check "the new room is open" holds bob "current?.name === 'Porch' && !\$('entry').open"
check "the text field has the focus in Porch" focused "#text"
check "bob presses Alt and an arrow to go back" press bob Alt+Up
check "the first room is shown" holds bob "current.name === 'Garden'"
check "the text field has the focus in Garden again" focused "#text"

check "Tab reaches the button for the members" reaches "#show-members"
check "Enter is pressed to hide the members" press bob Enter
check "the members are hidden" holds bob "\$('members').hidden"
check "Enter is pressed to show the members" press bob Enter
check "the button in the members list has the focus" focused "#hide-members"
check "Escape is pressed in the members list" press bob Escape
check "the text field has the focus after the members list" focused "#text"

check "Tab reaches the button to leave" reaches "#leave"
check "Enter is pressed to leave" press bob Enter
check "the button no has the focus" focused "#question-no"
check "Escape is pressed to stay" press bob Escape
check "the button to leave has the focus again" focused "#leave"
check "bob is still in both rooms" holds bob "rooms.size === 2"

i=0
while [ $i -lt 60 ]; do i=$((i + 1)); echo "line $i"; done >"$TMP/lines"
cat "$TMP/lines" >"$TMP/alice.in"
check "bob sees many lines" shows bob "line 60"
check "Tab reaches the text field" reaches "#text"
check "Page up is pressed" press bob PageUp
check "Page up scrolls back and shows the button to return" \
    holds bob "!current.stick && !newest.hidden"
check "Escape is pressed in the text field" press bob Escape
check "Escape scrolls to the newest line" holds bob "current.stick && newest.hidden"
check "Tab reaches the log" reaches ".log"
check "the log shows that it has the focus" outlined
check "Tab reaches the button for the colours" reaches "#theme"

check "bob presses Alt and an arrow to go to Porch" press bob Alt+Down
check "the second room is shown" holds bob "current.name === 'Porch'"
check "Tab reaches the button to leave Porch" reaches "#leave"
check "Enter is pressed to leave Porch" press bob Enter
check "the page asks whether to leave Porch" holds bob "\$('question').open"
check "Tab and Enter answer yes for Porch" press bob Tab Enter
check "Porch is gone, and Garden is shown" holds bob "rooms.size === 1 && current.name === 'Garden'"
check "the focus is in the conversation" \
    holds bob "\$('conversation').contains(document.activeElement)"
check "Tab reaches the button to leave Garden" reaches "#leave"
check "Enter is pressed to leave Garden" press bob Enter
check "the page asks whether to leave Garden" holds bob "\$('question').open"
check "Tab and Enter answer yes for Garden" press bob Tab Enter
check "no room is left" holds bob "rooms.size === 0 && !\$('welcome').hidden"
check "the button to join has the focus" focused "#welcome-join"

check "bob's page reports no script errors" no_errors bob
close_browsers
done_testing
