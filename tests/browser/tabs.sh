#!/bin/sh
# Many tabs of one window: a browser allows six connections for all of them, so one tab reads the
# stream and tells the others; when it is closed, another one does.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/browser.sh"

start_server stage3
window alice
check "the first tab loads" holds alice "boot"
page=$(does alice 'return location.href' && value)
does alice 'post("/create", {room: "Garden", name: "alice", password: ""})' >/dev/null
check "alice has a room" holds alice "rooms.size === 1"
check "the first tab reads the stream" holds alice "isLeader"
ask alice GET /window >/dev/null
first=$(value)
client bob -j Garden -n bob
check "bob joins" sees bob "* welcome, bob"
types bob "to the first tab"
check "the first tab shows bob's line" holds alice "document.querySelectorAll('.line').length === 1"

tabs=
for number in 2 3 4 5 6 7 8 9; do
    check "tab $number opens" tab alice
    check "tab $number loads the page" visit alice "$page"
    check "tab $number shows the line from before" \
        holds alice "document.querySelectorAll('.line').length === 1"
    tabs="$tabs $tab"
done
check "the last tab does not read the stream" holds alice "!isLeader"
types bob "to all tabs"
check "the last tab shows bob's new line" \
    holds alice "document.querySelectorAll('.line').length === 2"
check "alice writes a line in the last tab" \
    does alice 'say([...rooms.values()][0], "from the ninth tab")'
check "bob sees alice's line" sees bob "alice: from the ninth tab"

check "alice turns to the first tab" turn alice "$first"
check "the first tab has all lines" holds alice "document.querySelectorAll('.line').length === 3"
check "the first tab is closed" close_tab alice
types bob "to those that are left"
leaders=0
for tab in $tabs; do
    turn alice "$tab"
    check "each other tab shows bob's line after that" \
        holds alice "document.querySelectorAll('.line').length === 4"
    does alice 'return isLeader' && [ "$(value)" = true ] && leaders=$((leaders + 1))
done
check "exactly one of the other tabs reads the stream" test $leaders -eq 1

close_browsers
done_testing
