#!/bin/sh
# Everything with the keyboard alone: no clicks, and the test sets no focus.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/browser.sh"

start_server stage3
client alice -c Garden -n alice
check "alice has a room, in a terminal" sees alice "* welcome, alice"
window bob
check "the page has come" holds bob "boot"

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

check "Tab leads to the button to join" reaches "#welcome-join"
check "which is seen to have the focus" outlined
check "Enter opens the dialog" press bob Enter
check "in its first field" focused "#entry-room"
check "the list has come" holds bob "document.querySelector('.choice')"
check "Tab leads to a room in the list" reaches ".choice"
check "which is seen to have the focus" outlined
check "Space chooses it" press bob Space
check "and goes on to the name" focused "#entry-name"
check "which is typed" press bob b o b
check "Enter joins" press bob Enter
check "and one can write" focused "#text"
check "a line is written" press bob h i Enter
check "and heard" sees alice "bob: hi"

check "to a second room: Tab" reaches "#enter"
check "and Enter" press bob Enter
check "Tab leads to the two tabs" reaches "#tab-join"
check "an arrow to the other one" press bob Right
check "which is chosen" holds bob "mode === 'create' && document.activeElement.id === 'tab-create'"
check "Tab to the room's name" reaches "#entry-room"
check "which is typed" press bob P o r c h Enter
check "it is there" holds bob "current?.name === 'Porch' && !\$('entry').open"
check "and one can write" focused "#text"
check "Alt and an arrow lead to the other one" press bob Alt+Up
check "which is shown" holds bob "current.name === 'Garden'"
check "and can be written to" focused "#text"

check "the list of members is closed: Tab" reaches "#show-members"
check "and Enter" press bob Enter
check "it is" holds bob "\$('members').hidden"
check "Enter opens it" press bob Enter
check "and is in it" focused "#hide-members"
check "Escape leads back to the field" press bob Escape
check "where one can write" focused "#text"

check "leaving is asked about: Tab" reaches "#leave"
check "and Enter" press bob Enter
check "no is what Enter would say" focused "#question-no"
check "Escape says it too" press bob Escape
check "and is back at the button" focused "#leave"
check "the room is still there" holds bob "rooms.size === 2"

i=0
while [ $i -lt 60 ]; do i=$((i + 1)); echo "line $i"; done >"$TMP/lines"
cat "$TMP/lines" >"$TMP/alice.in"
check "many lines" shows bob "line 60"
check "to the field" reaches "#text"
check "Page up reads back" press bob PageUp
check "and says that there is more below" holds bob "!current.stick && !newest.hidden"
check "Escape is at the end again" press bob Escape
check "it is" holds bob "current.stick && newest.hidden"
check "the log itself can be reached" reaches ".log"
check "which is seen to have the focus" outlined
check "and so can the colours" reaches "#theme"

check "the other room is left: Alt and an arrow" press bob Alt+Down
check "to it" holds bob "current.name === 'Porch'"
check "Tab" reaches "#leave"
check "and Enter" press bob Enter
check "it asks" holds bob "\$('question').open"
check "Tab goes to yes, which is Enter" press bob Tab Enter
check "it is left, and the first one shown" holds bob "rooms.size === 1 && current.name === 'Garden'"
check "the focus is still in it" holds bob "\$('conversation').contains(document.activeElement)"
check "that is left too: Tab" reaches "#leave"
check "and Enter" press bob Enter
check "it asks again" holds bob "\$('question').open"
check "yes" press bob Tab Enter
check "there is no room any more" holds bob "rooms.size === 0 && !\$('welcome').hidden"
check "and the focus is where the next one is entered" focused "#welcome-join"

check "no page had an error in its script" no_errors bob
close_browsers
done_testing
